import { inSource, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/elf-sanity.test.ts');
const loader = inSource('host-sim/remoteproc/elf-loader.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const files = inSource('host-sim/remoteproc/firmware-files.ts');

const notChecked = (field: string, value: string) =>
  row(`rproc 2.unchecked-${field}`, `${field} is not looked at.`, {
    tests: [`2 not checked: ${field}`],
    mutations: [
      loader(
        'if (e_phnum === 0n)',
        `if (elf.ehdr.${field} !== ${value}) return fail('x');\n  if (e_phnum === 0n)`,
      ),
    ],
  });

export const elfSanity: RowGroup = {
  title: 'remoteproc 2: sanity check of the ELF file',
  rows: [
    row('rproc 2.1', 'Without a file nothing is checked: `request_firmware` has failed the boot before.', {
      tests: ['2 row 1: no such file'],
      mutations: [
        files(
          'errno = data ? this.read(path, data) : -ENOENT',
          'errno = data ? this.read(path, data) : -EINVAL',
        ),
        core('request_firmware failed: ', 'failed to load '),
      ],
    }),
    row('rproc 2.2', 'A file shorter than an ELF32 header (52 bytes) is refused: `Image is too small`.', {
      tests: ['2 row 2: one byte', '2 row 2: 51 bytes', '2 row 2 before row 3'],
      mutations: [
        loader('data.length < Elf32Ehdr.size', 'data.length < Elf32Ehdr.size - 1'),
        loader(
          "Elf32Ehdr.size) return fail('Image is too small')",
          "Elf32Ehdr.size) return fail('Image is small')",
        ),
      ],
    }),
    row('rproc 2.3', 'The first four bytes must be 7f 45 4c 46: `Image is corrupted (bad magic)`.', {
      tests: ['2 row 3: byte 0 of', '2 row 3: byte 1 of', '2 row 3: byte 2 of', '2 row 3: byte 3 of'],
      mutations: [
        loader('data[0] !== 0x7f || ', ''),
        loader('data[1] !== 0x45 || ', ''),
        loader('data[2] !== 0x4c || ', ''),
        loader(' || data[3] !== 0x46', ''),
        loader('Image is corrupted (bad magic)', 'bad magic'),
      ],
    }),
    row('rproc 2.4', 'EI_CLASS must be 1 or 2: `Unsupported class: %d`.', {
      tests: ['2 row 4: class 0', '2 row 4: class 3', '2 row 4: class 255', '2 a good ELF'],
      mutations: [
        loader('if (elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64)', 'if (elfClass > ELFCLASS64)'),
        loader('if (elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64)', 'if (elfClass < ELFCLASS32)'),
        loader('elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64', 'elfClass !== ELFCLASS32'),
        loader('Unsupported class: ${elfClass}', 'Unsupported class'),
      ],
    }),
    row('rproc 2.5', 'An ELF64 file must have 64 bytes: `elf64 header is too small`.', {
      tests: ['2 row 5: 63 bytes'],
      mutations: [
        loader('data.length < Elf64Ehdr.size', 'data.length < Elf64Ehdr.size - 1'),
        loader('elf64 header is too small', 'Image is too small'),
      ],
    }),
    row('rproc 2.6', 'EI_DATA must be the byte order of the host: `Unsupported firmware endianness`.', {
      tests: ['2 row 6: big endian', '2 row 6: no data encoding'],
      mutations: [
        loader('data[EI_DATA] !== ELFDATA2LSB', 'data[EI_DATA] > ELFDATA2LSB'),
        loader('data[EI_DATA] !== ELFDATA2LSB', 'data[EI_DATA] < ELFDATA2LSB'),
        loader('Unsupported firmware endianness', 'Unsupported endianness'),
      ],
    }),
    row('rproc 2.7', 'One section header must fit behind e_shoff: `Image is too small`.', {
      kernels: ['6.1', '7.2'],
      tests: ['2 row 7: one section header more', '2 row 7: the last section header just fits'],
      mutations: [
        loader('size < u64(e_shoff + shdr)', 'size < u64(e_shoff)'),
        loader('size < u64(e_shoff + shdr)', 'size <= u64(e_shoff + shdr)'),
        loader('const shdr = BigInt(elf.shdrSize)', 'const shdr = 40n'),
        loader(
          "(e_shoff + shdr)) {\n    return fail('Image is too small')",
          "(e_shoff + shdr)) {\n    return fail('Section headers are out of bounds')",
        ),
      ],
    }),
    row('rproc 2.7a', 'e_shoff may not lie behind the end: `Section header table is out of bounds`.', {
      kernels: ['6.12'],
      tests: [
        '2 row 7a: section headers behind the end',
        '2 row 7: one section header more',
        '2 row 7b does not look',
      ],
      mutations: [
        loader('if (e_shoff > size) return', 'if (false) return'),
        loader('if (e_shoff > size) return', 'if (e_shoff >= size) return'),
        loader('Section header table is out of bounds', 'Section headers are out'),
        loader("if (version === '6.12')", "if (version === '7.2')"),
      ],
    }),
    row('rproc 2.7b', 'e_shnum headers must fit behind e_shoff: `Section headers are out of bounds`.', {
      kernels: ['6.12'],
      tests: ['2 row 7b: more section headers', '2 row 7b does not look where e_shnum is 0', '2 a good ELF'],
      mutations: [
        loader('e_shnum !== 0n && e_shoff + e_shnum * shdr > size', 'false'),
        loader('e_shoff + e_shnum * shdr > size', 'e_shoff + e_shnum * shdr >= size'),
        loader('e_shoff + e_shnum * shdr > size', 'e_shoff + (e_shnum + 1n) * shdr > size'),
        loader('Section headers are out of bounds', 'Image is too small'),
        loader("if (version === '6.12')", 'if (false)'),
      ],
    }),
    row(
      'rproc 2.7c',
      'The header of e_shstrndx must be in the file, even if e_shnum is 0: `Image is too small`.',
      {
        kernels: ['6.12'],
        tests: [
          '2 row 7c: string table index',
          '2 row 7c is not known to',
          '2 row 7b does not look where e_shnum is 0',
        ],
        mutations: [
          loader('if (e_shoff + (e_shstrndx + 1n) * shdr > size)', 'if (false)'),
          loader('(e_shstrndx + 1n) * shdr > size', 'e_shstrndx * shdr > size'),
          loader('if (e_shoff + (e_shstrndx + 1n)', 'if (e_shnum !== 0n && e_shoff + (e_shstrndx + 1n)'),
          loader("if (version === '6.12')", "if (version !== '7.2')"),
        ],
      },
    ),
    row('rproc 2.8', 'e_phnum may not be 0: `No loadable segments`.', {
      tests: ['2 row 8: no program headers', '2 row 8 before row 9'],
      mutations: [
        loader("if (e_phnum === 0n) return fail('No loadable segments');", ''),
        loader('No loadable segments', 'No segments'),
        loader(
          "if (e_phnum === 0n) return fail('No loadable segments');\n  if (e_phoff > size)",
          "if (e_phoff > size) return fail('Firmware size is too small');\n  if (e_phnum === 0n) return fail('No loadable segments');\n  if (false)",
        ),
      ],
    }),
    row('rproc 2.9', 'e_phoff may not lie behind the end: `Firmware size is too small`.', {
      tests: ['2 row 9: program headers behind the end', '2 row 9: program headers at the end'],
      mutations: [
        loader('if (e_phoff > size)', 'if (false)'),
        loader('if (e_phoff > size)', 'if (e_phoff >= size)'),
        loader('Firmware size is too small', 'Image is too small'),
      ],
    }),
    notChecked('e_machine', '40n'),
    notChecked('e_type', '2n'),
    notChecked('e_version', '1n'),
    notChecked('e_flags', '0n'),
    notChecked('e_ehsize', 'BigInt(Elf32Ehdr.size)'),
    notChecked('e_phentsize', '32n'),
    notChecked('e_shentsize', '40n'),
    row(
      'rproc 2.standard-sizes',
      'Headers are read at their standard sizes, whatever the file says about them.',
      {
        tests: ['2 not checked: e_phentsize, the second', '2 not checked: e_shentsize'],
        mutations: [
          inSource('host-sim/remoteproc/elf-helpers.ts')(
            'this.ehdr.e_phoff + BigInt(i * format.size)',
            'this.ehdr.e_phoff + BigInt(i) * this.ehdr.e_phentsize',
          ),
          inSource('host-sim/remoteproc/elf-helpers.ts')(
            'this.ehdr.e_shoff + BigInt(i * format.size)',
            'this.ehdr.e_shoff + BigInt(i) * this.ehdr.e_shentsize',
          ),
        ],
      },
    ),
    row(
      'rproc 2.phdrs-end',
      'The end of the program headers is not checked; what lies past the file is garbage.',
      {
        tests: ['2 row 9: program headers at the end are not looked into'],
        mutations: [loader('if (e_phoff > size)', 'if (e_phoff + e_phnum * 32n > size)')],
      },
    ),
    row('rproc 2.boot-address', 'The boot address is e_entry as u64, unchanged.', {
      tests: ['2 the boot address is e_entry unchanged'],
      mutations: [
        loader('.ehdr.e_entry;', '.ehdr.e_entry & ~1n;'),
        core('rproc.bootaddr = elfBootAddr(fw);', ''),
      ],
    }),
  ],
};
