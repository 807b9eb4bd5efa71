import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/table-search.test.ts');
const loader = inSource('host-sim/remoteproc/elf-loader.ts');
const helpers = inSource('host-sim/remoteproc/elf-helpers.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const resources = inSource('host-sim/remoteproc/resources.ts');
const copies = inSource('host-sim/remoteproc/table.ts');
const virtio = inSource('host-sim/remoteproc/rproc-virtio.ts');
const optional = inSource('host-sim/platform/optional-table.ts');
const attach = inTest('test/host-sim/remoteproc/attach.test.ts');
const imx = inTest('test/host-sim/platform/imx.test.ts');
const k3 = inTest('test/host-sim/platform/k3.test.ts');
const stm32 = inTest('test/host-sim/platform/stm32.test.ts');
const xlnx = inTest('test/host-sim/platform/xlnx.test.ts');

export const tableSearch: RowGroup = {
  title: 'remoteproc 4: finding the resource table',
  rows: [
    row(
      'rproc 4.1.name',
      'The section is the first one named exactly `.resource_table`; without one nothing is said.',
      {
        tests: ['4.1 no such section', '4.1 the name is compared whole', '4.1 the first match is decisive'],
        mutations: [
          helpers('utf8Encode(`${name}\\0`)', 'utf8Encode(name)'),
          helpers('this.file[from + i] === byte)', 'this.file[from + i] === byte || i > 14)'),
          helpers(
            'if (this.isNamed(section, wanted)) return section;',
            'if (this.isNamed(section, wanted) && i !== 1) return section;',
          ),
          loader(
            'const problem = section && tableProblem(fw.data, section);',
            "const problem = section ? tableProblem(fw.data, section) : 'no table';",
          ),
        ],
      },
    ),
    row('rproc 4.1.first', 'The first match is decisive: after a failed check no other section is tried.', {
      tests: [
        '4.1 the first match is decisive: a good table',
        '4.1 the first match is decisive: what follows',
      ],
      mutations: [
        helpers(
          'if (this.isNamed(section, wanted)) return section;',
          'if (this.isNamed(section, wanted) && (i > 1 || count === 3)) return section;',
        ),
      ],
    }),
    row('rproc 4.1.1', 'Offset + size behind the end of the file, or wrapping: `resource table truncated`.', {
      tests: [
        '4.1 row 1: offset and size',
        '4.1 row 1: offset behind',
        '4.1 row 1: the sum wraps',
        '4.1 row 1: the section may end',
      ],
      mutations: [
        loader('u64(sh_offset + sh_size) > BigInt(data.length) || ', ''),
        loader(' || u64(sh_offset + sh_size) < sh_size', ''),
        loader(
          'u64(sh_offset + sh_size) > BigInt(data.length)',
          'u64(sh_offset + sh_size) >= BigInt(data.length)',
        ),
        loader("'resource table truncated'", "'table truncated'"),
      ],
    }),
    row('rproc 4.1.2', 'A section of less than 16 bytes: `header-less resource table`.', {
      tests: ['4.1 row 2: 15 bytes', '4.1 row 2: empty', '4.1 a table without entries'],
      mutations: [
        loader('if (sh_size < BigInt(ResourceTable.size))', 'if (sh_size === 0n)'),
        loader('if (sh_size < BigInt(ResourceTable.size))', 'if (sh_size <= BigInt(ResourceTable.size))'),
        loader('header-less resource table', 'resource table truncated'),
      ],
    }),
    row('rproc 4.1.3', 'A version other than 1: `unsupported fw ver: %d`.', {
      tests: ['4.1 row 3: version 0', '4.1 row 3: unsupported fw ver', '4.1 row 3: the version is printed'],
      mutations: [
        loader('if (ver !== RSC_TABLE_VERSION)', 'if (ver > RSC_TABLE_VERSION)'),
        loader('if (ver !== RSC_TABLE_VERSION)', 'if (ver < RSC_TABLE_VERSION)'),
        loader('${ver | 0}', '${ver}'),
      ],
    }),
    row('rproc 4.1.4', 'A reserved word that is not 0: `non zero reserved bytes`.', {
      tests: ['4.1 row 4: reserved[0]', '4.1 row 4: reserved[1]', '4.1 row 4 before row 5'],
      mutations: [
        loader('reserved[0] !== 0 || ', ''),
        loader(' || reserved[1] !== 0', ''),
        loader('non zero reserved bytes', 'non-zero reserved bytes'),
      ],
    }),
    row('rproc 4.1.5', '16 + 4 × num above the size: `resource table incomplete`.', {
      tests: ['4.1 row 5: more offsets', '4.1 row 5: num does not wrap', '4.1 row 5: all offsets'],
      mutations: [
        loader(
          'BigInt(num) * BigInt(u32.size) > sh_size',
          'BigInt.asUintN(32, BigInt(num) * BigInt(u32.size)) > sh_size',
        ),
        loader('BigInt(num) * BigInt(u32.size) > sh_size', 'BigInt(num) > sh_size'),
        loader('BigInt(num) * BigInt(u32.size) > sh_size', 'BigInt(num) * BigInt(u32.size) >= sh_size'),
        loader('resource table incomplete', 'resource table truncated'),
      ],
    }),
    row(
      'rproc 4.1.type',
      'Type, flags and alignment of the section are not looked at; NOBITS is read at its offset all the same.',
      {
        tests: ['4.1 type, flags and alignment'],
        mutations: [
          helpers(
            'if (this.isNamed(section, wanted))',
            'if (section.sh_type === 1n && this.isNamed(section, wanted))',
          ),
          helpers(
            'if (this.isNamed(section, wanted))',
            'if (section.sh_flags === 0n && this.isNamed(section, wanted))',
          ),
          helpers(
            'if (this.isNamed(section, wanted))',
            'if (section.sh_addralign !== 3n && this.isNamed(section, wanted))',
          ),
        ],
      },
    ),
    row('rproc 4.1.copy', 'sh_size bytes of the file become the cached table, whatever the header counts.', {
      tests: ['4.1 sh_size bytes are the table'],
      mutations: [
        loader('fw.data.slice(start, start + Number(section.sh_size))', 'fw.data.slice(start, start + 16)'),
      ],
    }),
    row('rproc 4.1.default', 'Default operations: no usable table fails the boot with -EINVAL.', {
      tests: ['4.1 no such section', k3('4.1 no table, no boot, no word about it')],
      mutations: [
        loader('if (!section) return -EINVAL;', 'if (!section) return -2;'),
        copies("if (typeof table === 'number') return table;", "if (typeof table === 'number') return 0;"),
      ],
    }),
    row('rproc 4.1.stm32', 'stm32_rproc warns `no resource table found for this firmware` and goes on.', {
      tests: [stm32('4.1 and 4.2 no table is a warning')],
      mutations: [
        inSource('host-sim/platform/stm32.ts')(
          'no resource table found for this firmware',
          'No resource table in elf',
        ),
        optional('return 0;', 'return result;'),
      ],
    }),
    row('rproc 4.1.imx', 'imx_rproc says `No resource table in elf` and goes on.', {
      tests: [imx('4.1 no table is worth a line')],
      mutations: [
        inSource('host-sim/platform/imx.ts')('No resource table in elf', 'no resource table found'),
        optional('return 0;', 'return result;'),
      ],
    }),
    row('rproc 4.1.xlnx', 'xlnx_r5 says `no resource table found.` and goes on.', {
      tests: [xlnx('4.1 no table is worth a line')],
      mutations: [
        inSource('host-sim/platform/xlnx.ts')('no resource table found.', 'no resource table'),
        optional('return 0;', 'return result;'),
      ],
    }),
    row(
      'rproc 4.2.cached',
      'Parsing, notifyids and write-back work on a copy; it is copied over the loaded table after the segments and before the core starts.',
      {
        tests: [
          '4.2 and 9.1 at start the cached table lies over',
          '4.2 trap 3',
          '4.2 what the driver writes after start',
        ],
        mutations: [
          copies('if (rproc.cachedTable) loaded.bytes().set(rproc.cachedTable);', ''),
          virtio('entry.notifyid = notifyid;', ''),
          copies('rproc.table = loaded;', ''),
        ],
      },
    ),
    row(
      'rproc 4.2.loaded',
      'From the copy on the loaded table is the one in effect: status, features and addresses go there only.',
      {
        tests: ['4.2 what the driver writes after start', '4.2 and 9.1 at start the cached table lies over'],
        mutations: [copies('  rproc.table = loaded;', '')],
      },
    ),
    row(
      'rproc 4.2.again',
      'The default lookup searches the file again, so what is wrong with it is told a second time.',
      {
        tests: [stm32('4.1 and 4.2 no table is a warning, a wrong one too')],
        mutations: [
          loader(
            'const section = elfFindTable(fw, report);\n  return section && daToVa',
            'const section = elfFindTable(fw, { err: () => {} });\n  return section && daToVa',
          ),
        ],
      },
    ),
    row('rproc 4.2.trap-1', 'sh_addr is translated, wherever the segments went.', {
      tests: ['4.2 trap 1'],
      mutations: [loader('daToVa(section.sh_addr, ', 'daToVa(0x10000000n, ')],
    }),
    row(
      'rproc 4.2.trap-2',
      'An sh_addr that does not translate is not told: the boot succeeds, the remote sees nothing.',
      {
        tests: ['4.2 trap 2: sh_addr', '4.2 trap 2: a table that fits'],
        mutations: [
          copies('if (!loaded) return;', "if (!loaded) return rproc.err('no table');"),
          copies('rproc.daToVa(da, len) && rproc.daToVa(da, Math.max(len, least))', 'rproc.daToVa(da, 1)'),
        ],
      },
    ),
    row('rproc 4.2.trap-3', 'The section need not be in a PT_LOAD segment.', {
      tests: ['4.2 trap 3'],
      mutations: [
        copies(
          'if (rproc.cachedTable) loaded.bytes().set(rproc.cachedTable);',
          'if (rproc.cachedTable && loaded.bytes()[0] === 1) loaded.bytes().set(rproc.cachedTable);',
        ),
      ],
    }),
    row(
      'rproc 4.2.trap-4',
      'imx_rproc with a table region uses that region as the loaded table, not sh_addr.',
      {
        tests: [
          imx('4.2 trap 4: imx8mm-m4: the table region gets the table'),
          imx('4.2 trap 4: without a table region'),
        ],
        mutations: [
          inSource('host-sim/platform/imx.ts')(
            'tableRegion ? tableAt(tableRegion, rproc, memory) : findElfTable(rproc, fw)',
            'findElfTable(rproc, fw)',
          ),
          inSource('host-sim/platform/imx.ts')(
            'tableRegion ? tableAt(tableRegion, rproc, memory) : findElfTable(rproc, fw)',
            'tableRegion && tableAt(tableRegion, rproc, memory)',
          ),
        ],
      },
    ),
    row('rproc 4.2.trap-5', 'Each start copies the table anew over what is there.', {
      tests: ['4.2 trap 5'],
      mutations: [
        copies(
          'if (rproc.cachedTable) loaded',
          'if (rproc.cachedTable && !(rproc as any).copied) ((rproc as any).copied = loaded)',
        ),
      ],
    }),
    row(
      'rproc 4.2.pointer',
      'table_ptr: cached after parsing, loaded from the start on, cached after a stop, none after a shutdown.',
      {
        tests: [
          '4.2 trap 5',
          inTest('test/host-sim/remoteproc/boot-order.test.ts')(
            '9.1 and 10 steps 9 to 20 and the stop order',
          ),
        ],
        mutations: [
          copies('const cached = rproc.cachedTable;\n  rproc.table = { bytes: () => cached };', ''),
        ],
      },
    ),
    row('rproc 4.3.none', 'Attach: no table from get_loaded_rsc_table is fine.', {
      tests: [attach('4.3 and 15: no table is fine')],
      mutations: [copies('if (table === undefined) return 0;', 'if (table === undefined) return -EINVAL;')],
    }),
    row(
      'rproc 4.3.error',
      "Attach: an error from get_loaded_rsc_table fails it: `can't load resource table: %d`.",
      {
        tests: [attach('4.3 and 10: attach fails at the table')],
        mutations: [
          copies("rproc.err(`can't load resource table: ${table}`);", ''),
          core("rproc.err(`can't load resource table: ${found}`);", ''),
          copies(
            "rproc.err(`can't load resource table: ${table}`);\n    return table;",
            "rproc.err(`can't load resource table: ${table}`);\n    return 0;",
          ),
        ],
      },
    ),
    row(
      'rproc 4.3.in-place',
      'Attach: the table in effect is the one in remote memory, there is no cached copy.',
      {
        tests: [attach('4.3 and 10: detached becomes attached')],
        mutations: [
          copies(
            'rproc.cachedTable = undefined;\n  rproc.table = table;',
            'const copy = table.bytes().slice();\n  rproc.cachedTable = copy;\n  rproc.table = { bytes: () => copy };',
          ),
          copies('rproc.table = table;', 'rproc.table = undefined;'),
        ],
      },
    ),
    row(
      'rproc 4.3.clean',
      'Attach: a driver that can detach keeps a pristine copy, which is written back on detach.',
      {
        tests: [attach('4.3 and 10: detach restores the table'), attach('4.3 and 10: no detach method')],
        mutations: [
          copies('rproc.ops.detach ? table.bytes().slice() : undefined', 'undefined'),
          copies('rproc.ops.detach ? table.bytes().slice() : undefined', 'table.bytes().slice()'),
          copies('rproc.ops.detach ? table.bytes().slice() : undefined', 'table.bytes()'),
          copies('installed.set(cleanTable);', ''),
        ],
      },
    ),
    row('rproc 4.3.unchecked', 'Attach: version, reserved words and number of entries are not checked.', {
      tests: [attach('4.3: version, reserved words')],
      mutations: [
        resources(
          'const { num } = ResourceTable.unpack(table);',
          'const { num, ver } = ResourceTable.unpack(table);\n  if (ver !== 1) return -EINVAL;',
        ),
        resources(
          'const { num } = ResourceTable.unpack(table);',
          'const { num, reserved } = ResourceTable.unpack(table);\n  if (reserved.some((word) => word !== 0)) return -EINVAL;',
        ),
        resources(
          'const { num } = ResourceTable.unpack(table);',
          'const { num } = ResourceTable.unpack(table);\n  if (num > 1000) return -EINVAL;',
        ),
      ],
    }),
  ],
};
