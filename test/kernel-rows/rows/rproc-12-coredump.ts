import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/coredump.test.ts');
const layout = inTest('test/host-sim/remoteproc/coredump-layout.test.ts');
const drivers = inTest('test/host-sim/platform/coredump-segments.test.ts');
const dump = inSource('host-sim/remoteproc/coredump.ts');
const devcd = inSource('host-sim/devcoredump.ts');
const phdrs = 'linux-remoteproc 12: program-header dump of ELF';
const sections = 'linux-remoteproc 12: section dump of ELF';

export const coredumps: RowGroup = {
  title: 'remoteproc 12: coredumps',
  rows: [
    row('rproc 12.modes', 'The default mode is disabled, in which nothing happens.', {
      tests: ['linux-remoteproc 12: the default mode'],
      mutations: [
        inSource('host-sim/remoteproc/rproc.ts')(
          "dumpConf: DumpMechanism = 'disabled'",
          "dumpConf: DumpMechanism = 'enabled'",
        ),
        dump(" || rproc.dumpConf === 'disabled') return false", ') return false'),
      ],
    }),
    row('rproc 12.nothing', 'Nothing happens without segments.', {
      tests: ['linux-remoteproc 12: nothing happens without segments'],
      mutations: [dump('rproc.dumpSegments.length === 0 || ', '')],
    }),
    row('rproc 12.class', '`ELF class is not set` and no dump where the driver set none.', {
      kernels: ['6.12', '7.2'],
      tests: [
        'linux-remoteproc 12: without a class there is a line and no dump (6.12)',
        'linux-remoteproc 12: without a class there is a line and no dump (7.2)',
      ],
      mutations: [
        dump("'Elf' : 'ELF'", "'Elf' : 'Elf'"),
        dump('class is not set`);\n  return false;', 'class is not set`);\n  return true;'),
      ],
    }),
    row('rproc 12.class-old', '`Elf class is not set` and no dump where the driver set none.', {
      kernels: ['6.1'],
      tests: ['linux-remoteproc 12: without a class there is a line and no dump (6.1)'],
      mutations: [dump("'Elf' : 'ELF'", "'ELF' : 'ELF'")],
    }),
    row(
      'rproc 12.drivers',
      'stm32 registers mapped regions and traces (ELF32, EM_NONE), xlnx_r5 banks and regions (ELF32, EM_ARM), imx_rproc segments but no class.',
      {
        tests: [
          drivers('linux-remoteproc 12: stm32 dumps'),
          drivers('linux-remoteproc 12: xlnx_r5 dumps'),
          drivers('linux-remoteproc 12: imx_rproc registers'),
        ],
        mutations: [
          dump('rproc.dumpSegments.push({ da, size });', ''),
          dump('rproc.elfMachine = machine;', 'rproc.elfMachine = 1;'),
          dump('rproc.elfClass = elfClass;', 'rproc.elfClass = ELFCLASS64;'),
        ],
      },
    ),
    row('rproc 12.ident', 'e_ident: magic, class, little endian, version 1, OSABI 0.', {
      tests: [layout(phdrs)],
      mutations: [
        dump('data.set([0x7f, 0x45, 0x4c, 0x46]);', ''),
        dump('data[EI_CLASS] = rproc.elfClass;', ''),
        dump('data[EI_DATA] = ELFDATA2LSB;', ''),
        dump('data[EI_VERSION] = EV_CURRENT;', ''),
      ],
    }),
    row('rproc 12.type', 'e_type is ET_CORE, e_version is 1.', {
      tests: [layout(phdrs)],
      mutations: [dump('e_type: ET_CORE,', 'e_type: 2,'), dump('e_version: EV_CURRENT,', 'e_version: 0,')],
    }),
    row('rproc 12.machine', "e_machine is the driver's, e_entry the boot address.", {
      tests: [layout(phdrs)],
      mutations: [
        dump('e_machine: rproc.elfMachine,', 'e_machine: 0,'),
        dump('e_entry: rproc.bootaddr,', 'e_entry: 0,'),
      ],
    }),
    row('rproc 12.phoff', 'e_phoff and e_ehsize are 52 or 64.', {
      tests: [layout(phdrs)],
      mutations: [
        dump('e_phoff: Ehdr.size, ', 'e_phoff: 0, '),
        dump('e_ehsize: Ehdr.size,', 'e_ehsize: 52,'),
      ],
    }),
    row('rproc 12.phnum', 'e_phentsize is 32 or 56, e_phnum the number of segments.', {
      tests: [layout(phdrs)],
      mutations: [
        dump('e_phentsize: Phdr.size,', 'e_phentsize: 32,'),
        dump('e_phnum: segments.length }', 'e_phnum: 1 }'),
      ],
    }),
    row('rproc 12.sections', 'Section fields of the header are 0 in a dump with program headers.', {
      tests: [layout(phdrs)],
      mutations: [dump('e_phnum: segments.length }', 'e_phnum: segments.length, e_shentsize: 40 }')],
    }),
    row(
      'rproc 12.phdr',
      'Each segment is a PT_LOAD: running offset, vaddr = paddr = da, filesz = memsz, flags 7, align 0; data follows without padding.',
      {
        tests: [layout(phdrs)],
        mutations: [
          dump('p_type: PT_LOAD,', 'p_type: 4,'),
          dump('p_offset: offset,', 'p_offset: 0,'),
          dump('p_vaddr: segment.da,', 'p_vaddr: 0,'),
          dump('p_paddr: segment.da,', 'p_paddr: 0,'),
          dump('p_filesz: segment.size,', 'p_filesz: 0,'),
          dump('p_memsz: segment.size,', 'p_memsz: 0,'),
          dump('p_flags: PF_R | PF_W | PF_X,', 'p_flags: PF_R,'),
          dump('const end = offset + segment.size;', 'const end = offset + ((segment.size + 15) & ~15);'),
        ],
      },
    ),
    row(
      'rproc 12.untranslatable',
      'What does not translate is filled with 0xff: `invalid copy request for segment ...`.',
      {
        tests: [
          'linux-remoteproc 12: what does not translate',
          'linux-remoteproc 12: a segment that leaves its carveout',
        ],
        mutations: [
          dump('dest.fill(0xff);', ''),
          dump('invalid copy request for segment ${da}', 'invalid copy request'),
        ],
      },
    ),
    row(
      'rproc 12.section-dump',
      'The section dump has no program headers: a null section, STR_TBL at string index 1, then one PROGBITS per segment with WRITE, da and name.',
      {
        tests: [layout(sections)],
        mutations: [
          dump('e_shstrndx: 1 }', 'e_shstrndx: 0 }'),
          dump("'STR_TBL'", "'STRTBL'"),
          dump('sh_type: SHT_PROGBITS,', 'sh_type: 8,'),
          dump('sh_flags: SHF_WRITE,', ''),
          dump('sh_addr: segment.da,', ''),
          dump('let nameAt = 1;', 'let nameAt = 0;'),
          dump('e_shnum: count,', 'e_shnum: count - 1,'),
        ],
      },
    ),
    row('rproc 12.enabled', 'enabled: everything is copied at once and handed over, recovery goes on.', {
      tests: ['linux-remoteproc 12: enabled copies'],
      mutations: [
        dump("if (rproc.dumpConf === 'enabled') copySegment", "if (rproc.dumpConf === 'inline') copySegment"),
      ],
    }),
    row(
      'rproc 12.inline',
      'inline: headers are copied, data is read as user space reads; recovery waits until the dump is freed or 5 minutes have passed; the end logs `Ramdump done, %lld bytes read`.',
      {
        tests: ['linux-remoteproc 12: inline reads', 'linux-remoteproc 12: inline goes on'],
        mutations: [
          dump(
            "if (rproc.dumpConf === 'enabled') {\n    devcoredump",
            "if (rproc.dumpConf !== 'disabled') {\n    devcoredump",
          ),
          dump('Ramdump done, ${offset + filled} bytes read', 'Ramdump done'),
          devcd('scheduler.now + DEVCD_TIMEOUT', 'scheduler.now + 2 * DEVCD_TIMEOUT'),
        ],
      },
    ),
    row('rproc 12.user', 'Dumps are read at /sys/class/devcoredump/devcd*/data; any write frees them.', {
      tests: [
        inTest('test/host-sim/devcoredump.test.ts')('12: devices are numbered'),
        inTest('test/host-sim/devcoredump.test.ts')('12: a write frees'),
      ],
      mutations: [
        devcd('`/sys/class/devcoredump/${name}/data`', '`/sys/class/devcoredump/${name}`'),
        devcd('this.scheduler.post(() => this.remove());', ''),
      ],
    }),
  ],
};
