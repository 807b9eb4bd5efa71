import { pending, type RowGroup } from '../row.js';

export const coredumps: RowGroup = {
  title: 'remoteproc 12: coredumps',
  rows: [
    pending(
      'rproc 12.modes',
      'Modes are disabled (default), enabled and inline; a dump is taken inside of a recovery only.',
    ),
    pending(
      'rproc 12.nothing',
      'Nothing happens when the mode is disabled or the driver registered no segments.',
    ),
    pending('rproc 12.class', '`ELF class is not set` and no dump where the driver set none.', [
      '6.12',
      '7.2',
    ]),
    pending('rproc 12.class-old', '`Elf class is not set` and no dump where the driver set none.', ['6.1']),
    pending(
      'rproc 12.drivers',
      'stm32 registers every mapped reserved region and traces (ELF32, EM_NONE), xlnx_r5 its banks and regions (ELF32, EM_ARM), imx_rproc sets no class.',
    ),
    pending('rproc 12.ident', 'e_ident: magic, class, little endian, version 1, OSABI 0.'),
    pending('rproc 12.type', 'e_type is ET_CORE, e_version 1.'),
    pending('rproc 12.machine', "e_machine is the driver's, e_entry the boot address."),
    pending('rproc 12.phoff', 'e_phoff and e_ehsize are 52 or 64.'),
    pending('rproc 12.phnum', 'e_phentsize is 32 or 56, e_phnum the number of segments.'),
    pending('rproc 12.sections', 'Section fields are 0.'),
    pending(
      'rproc 12.phdr',
      'Each PT_LOAD: running offset, vaddr = paddr = da, filesz = memsz, flags 7, align 0; data follows without padding.',
    ),
    pending(
      'rproc 12.untranslatable',
      'What does not translate is filled with 0xff: `invalid copy request for segment ...`.',
    ),
    pending(
      'rproc 12.section-dump',
      'The section dump has no program headers: null, string table, then one PROGBITS per segment with WRITE, its da and its name.',
    ),
    pending('rproc 12.enabled', 'enabled: everything is copied and handed over, recovery goes on.'),
    pending(
      'rproc 12.inline',
      'inline: only headers are copied, recovery waits until the dump is freed or 5 minutes have passed; the end logs `Ramdump done, %lld bytes read`.',
    ),
    pending('rproc 12.user', 'Dumps are read at /sys/class/devcoredump/devcd*/data; any write frees them.'),
  ],
};
