import { inSource, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/elf-segments.test.ts');
const loader = inSource('host-sim/remoteproc/elf-loader.ts');
const memEntry = inSource('host-sim/remoteproc/mem-entry.ts');
const rproc = inSource('host-sim/remoteproc/rproc.ts');
const power = inSource('host-sim/remoteproc/power.ts');

export const segments: RowGroup = {
  title: 'remoteproc 3: loading segments, and device addresses',
  rows: [
    row('rproc 3.1', 'Program headers other than PT_LOAD, and those with p_memsz 0, are skipped.', {
      tests: ['3 rows 1 and 2: other types'],
      mutations: [
        loader('p_type !== BigInt(PT_LOAD) || p_memsz === 0n', 'p_memsz === 0n'),
        loader('p_type !== BigInt(PT_LOAD) || p_memsz === 0n', 'p_type !== BigInt(PT_LOAD)'),
      ],
    }),
    row('rproc 3.2', 'The device address of a segment is p_paddr (64 bits), never p_vaddr.', {
      tests: ['3 rows 2, 7 and 8: filesz bytes go to p_paddr'],
      mutations: [
        loader('const { p_type, p_paddr, p_offset', 'const { p_type, p_vaddr: p_paddr, p_offset'),
        loader('host.daToVa(p_paddr, ', 'host.daToVa(p_paddr + 4n, '),
      ],
    }),
    row('rproc 3.3', 'p_filesz above p_memsz fails: `bad phdr filesz 0x%llx memsz 0x%llx`, -EINVAL.', {
      tests: ['3 row 3: filesz beyond memsz', '3 row 3 before row 4 and row 6'],
      mutations: [
        loader('if (p_filesz > p_memsz) {', 'if (p_filesz > p_memsz) continue;\n    if (p_filesz < 0n) {'),
        loader('bad phdr filesz ${hex(p_filesz)}', 'bad phdr filesz ${p_filesz}'),
      ],
    }),
    row(
      'rproc 3.4',
      'A segment that ends behind the file fails: `truncated fw: need 0x%llx avail 0x%zx`, -EINVAL.',
      {
        tests: [
          '3 row 4: the last byte of the file',
          '3 row 4: far behind',
          '3 row 4: the sum is 64 bits',
          '3 row 4: the sum wraps',
        ],
        mutations: [
          loader(
            'if (u64(p_offset + p_filesz) > BigInt(fw.data.length)) {',
            'if (p_offset + p_filesz > 2n ** 64n) {',
          ),
          loader('if (u64(p_offset + p_filesz) > ', 'if (BigInt.asUintN(32, p_offset + p_filesz) > '),
          loader('if (u64(p_offset + p_filesz) > ', 'if (p_offset + p_filesz > '),
          loader(
            'if (u64(p_offset + p_filesz) > BigInt(fw.data.length)',
            'if (u64(p_offset + p_filesz) - 1n > BigInt(fw.data.length)',
          ),
          loader('need ${hex(u64(p_offset + p_filesz))}', 'need ${hex(p_filesz)}'),
        ],
      },
    ),
    row(
      'rproc 3.5',
      'A p_memsz that size_t cannot hold (32-bit Linux) fails: `size (%llx) does not fit in size_t type`, -EOVERFLOW.',
      {
        tests: ['3 row 5: memsz of 4 GiB'],
        mutations: [
          loader('p_memsz >= 2n ** BigInt(host.sizeBits)', 'p_memsz >= 2n ** 64n'),
          loader('p_memsz >= 2n ** BigInt(host.sizeBits)', 'p_memsz >= 2n ** 32n'),
          loader('return -EOVERFLOW', 'return -EINVAL'),
          loader('does not fit in size_t type', 'does not fit'),
        ],
      },
    ),
    row(
      'rproc 3.6',
      'A segment whose p_memsz bytes do not translate fails: `bad phdr da 0x%llx mem 0x%llx`, -EINVAL.',
      {
        tests: ['3 row 6: '],
        mutations: [
          loader('host.daToVa(p_paddr, Number(p_memsz))', 'host.daToVa(p_paddr, Number(p_filesz))'),
          loader('bad phdr da ${hex(p_paddr)} mem ${hex(p_memsz)}', 'bad phdr da ${hex(p_paddr)}'),
          loader(
            'host.err(`bad phdr da ${hex(p_paddr)} mem ${hex(p_memsz)}`);\n      return -EINVAL;',
            'continue;',
          ),
        ],
      },
    ),
    row('rproc 3.7', 'p_filesz bytes are copied from p_offset.', {
      tests: ['3 rows 2, 7 and 8: filesz bytes'],
      mutations: [
        loader(
          'fw.data.subarray(from, from + Number(p_filesz))',
          'fw.data.subarray(from, from + Number(p_filesz) - 1)',
        ),
        loader('const from = Number(p_offset);', 'const from = 0;'),
        rproc('bytes.set(data);', ''),
      ],
    }),
    row('rproc 3.8', 'The rest of p_memsz is zeroed.', {
      tests: ['3 rows 2, 7 and 8: filesz bytes'],
      mutations: [rproc('bytes.fill(0, data.length);', '')],
    }),
    row(
      'rproc 3.first-failure',
      'The first failure ends loading; what is loaded stays. `Failed to load program segments: %d`.',
      {
        tests: ['3 the first failure stops', '3 row 6: below every carveout'],
        mutations: [
          power('Failed to load program segments: ', 'Failed to load segments: '),
          loader(
            'for (const { p_type, p_paddr, p_offset, p_filesz, p_memsz } of new ElfView(fw.data).phdrs())',
            'for (const { p_type, p_paddr, p_offset, p_filesz, p_memsz } of [...new ElfView(fw.data).phdrs()].reverse())',
          ),
        ],
      },
    ),
    row('rproc 3.overlap', 'Segments may overlap; later ones win.', {
      tests: ['3 segments may overlap, later ones win'],
      mutations: [loader('new ElfView(fw.data).phdrs())', '[...new ElfView(fw.data).phdrs()].reverse())')],
    }),
    row('rproc 3.entry', 'The entry point need not be in a segment.', {
      tests: ['3 the entry point may be anywhere'],
      mutations: [
        loader(
          'if (e_phnum === 0n)',
          "if (elf.ehdr.e_entry === 0x66666660n) return fail('bad entry');\n  if (e_phnum === 0n)",
        ),
      ],
    }),
    row('rproc 3.1.1', "The driver's da_to_va is asked first; what it finds wins.", {
      tests: ['3.1 row 1: a driver with a translation', '3.1 row 1 and 15: what the driver finds wins'],
      mutations: [
        rproc(
          'const mapped = this.ops.daToVa?.(this, da, len);',
          'const mapped = undefined as Mapping | undefined;',
        ),
        rproc('if (mapped) return mapped;', 'if (this.ops.daToVa) return mapped;'),
        rproc(
          'if (mapped) return mapped;',
          'if (mapped && !findCarveout(this.carveouts, da, len)) return mapped;',
        ),
      ],
    }),
    row(
      'rproc 3.1.2',
      'Else the carveouts in order of registration: entries without memory are passed over, the distance is a signed 32-bit int, all of the range must fit in one; the first that fits wins.',
      {
        tests: [
          '3.1 row 2: first fit in registration order',
          '3.1 the distance is a signed 32-bit int',
          '3.1 row 2: 2 GiB above the base',
          '3 row 6: two adjacent regions',
        ],
        mutations: [
          memEntry('entry.pa === undefined || ', ''),
          memEntry(' || entry.ofResmIdx !== undefined) continue', ') continue'),
          memEntry('for (const entry of list)', 'for (const entry of [...list].reverse())'),
          memEntry('offset < 0 || ', ''),
          memEntry('offset + len > entry.len', 'offset >= entry.len'),
          memEntry('offset + len > entry.len', 'offset + len >= entry.len'),
          memEntry('const offset = (low - entry.da) | 0;', 'const offset = low - entry.da;'),
          memEntry('Number(BigInt.asUintN(32, da))', 'da > 0xffffffffn ? -1 : Number(da)'),
        ],
      },
    ),
  ],
};
