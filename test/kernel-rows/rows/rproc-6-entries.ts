import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/entries.test.ts');
const resources = inSource('host-sim/remoteproc/resources.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const memEntry = inSource('host-sim/remoteproc/mem-entry.ts');
const vdev = inTest('test/host-sim/remoteproc/vdev.test.ts');

export const entries: RowGroup = {
  title: 'remoteproc 6: entries of the table',
  rows: [
    row(
      'rproc 6.1.order',
      'Entries are handled in the order of the offsets; the first error ends it: `Failed to process resources: %d`.',
      {
        tests: ['6.1 the first failing entry', '6.1 entries in the order of their offsets'],
        mutations: [
          resources('if (result < 0) return result;', ''),
          resources('ResourceTable.size + u32.size * i;', 'ResourceTable.size + u32.size * (num - 1 - i);'),
          core('Failed to process resources: ', 'Failed to handle resources: '),
        ],
      },
    ),
    row(
      'rproc 6.1.bounds',
      'An offset below 16, at or behind the end, or with less than 4 bytes left: `rsc table is truncated`, -EINVAL.',
      {
        kernels: ['6.12', '7.2'],
        tests: [
          '6.1 offset 15 is in',
          '6.1 offset at the end',
          '6.1 three bytes',
          '6.1 offset close to',
          '6.1 the type word may be the last',
        ],
        mutations: [
          resources('offset < lowest || ', ''),
          resources("rproc.kernel.version === '6.1' ? 0 : ResourceTable.size", 'ResourceTable.size - 1'),
          resources('offset + FwRscHdr.size > table.length', 'offset >= table.length'),
          resources('offset + FwRscHdr.size > table.length', 'offset + FwRscHdr.size >= table.length'),
          resources('rsc table is truncated', 'table is truncated'),
          resources(
            "rproc.err('rsc table is truncated');\n      return -EINVAL;",
            "rproc.err('rsc table is truncated');\n      return -12;",
          ),
        ],
      },
    ),
    row(
      'rproc 6.1.bounds-old',
      'Only the upper bound is looked at: an offset below 16 makes the header an entry.',
      {
        kernels: ['6.1'],
        tests: ['6.1 offset 0 is accepted', '6.1 offset 8 is accepted'],
        mutations: [
          resources("rproc.kernel.version === '6.1' ? 0 : ResourceTable.size", 'ResourceTable.size'),
        ],
      },
    ),
    row(
      'rproc 6.1.avail',
      'What an entry may take runs to the end of the table, not to the next entry: entries may overlap.',
      {
        tests: ['6.1 avail runs to the end', '6.1 entries may overlap'],
        mutations: [
          resources('const avail = table.length - at;', 'const avail = 40;'),
          resources(
            'const { type } = FwRscHdr',
            'if (i > 0 && offset < 68) return -EINVAL;\n    const { type } = FwRscHdr',
          ),
        ],
      },
    ),
    row(
      'rproc 6.1.dispatch',
      'Types 128 to 512 go to the vendor handler, 0 to 3 to the standard ones, others are skipped with the warning `unsupported resource %d`.',
      {
        tests: ['6.1 type 4 is warned', '6.1 types 127 and 513', '6.5 vendor types without a handler are'],
        mutations: [
          resources('type >= RSC_VENDOR_START', 'type > RSC_VENDOR_START'),
          resources('type >= RSC_VENDOR_START', 'type >= RSC_VENDOR_START - 1'),
          resources('type <= RSC_VENDOR_END', 'type < RSC_VENDOR_END'),
          resources('type <= RSC_VENDOR_END', 'type <= RSC_VENDOR_END + 1'),
          resources('if (type >= RSC_LAST)', 'if (type > RSC_LAST)'),
          resources('unsupported resource ${type | 0}`);', 'unsupported resource ${type}`);'),
          resources(
            'unsupported resource ${type | 0}`);\n    return before;',
            'unsupported resource ${type | 0}`);\n    return -22;',
          ),
        ],
      },
    ),
    row('rproc 6.2.1', 'A carveout entry that does not fit: `carveout rsc is truncated`, -EINVAL.', {
      tests: ['6.2 row 1: truncated by one byte', '6.2 row 6'],
      mutations: [
        resources(
          "if (avail < FwRscCarveout.size) return refuse(rproc, 'carveout",
          "if (avail < FwRscCarveout.size - 1) return refuse(rproc, 'carveout",
        ),
        resources(
          "if (avail < FwRscCarveout.size) return refuse(rproc, 'carveout",
          "if (avail <= FwRscCarveout.size) return refuse(rproc, 'carveout",
        ),
        resources('carveout rsc is truncated', 'carveout is truncated'),
      ],
    }),
    row(
      'rproc 6.2.2',
      'A reserved word that is not 0: `carveout rsc has non zero reserved bytes`, -EINVAL.',
      {
        tests: ['6.2 row 2: reserved'],
        mutations: [
          resources(
            "if (rsc.reserved !== 0) return refuse(rproc, 'carveout rsc has non zero reserved bytes');",
            '',
          ),
          resources('carveout rsc has non zero', 'carveout rsc has nonzero'),
        ],
      },
    ),
    row(
      'rproc 6.2.3',
      'A carveout of that name that is tied to an entry: `Carveout already associated to resource table`, -ENOMEM.',
      {
        tests: [
          '6.2 row 3: two entries',
          '6.2 row 3: an empty name',
          '6.2 row 3: names are compared',
          '6.2 row 3: a region of the driver',
        ],
        mutations: [
          resources('if (known.rscOffset !== undefined)', 'if (false)'),
          resources('known.rscOffset = at;', ''),
          resources(
            "rproc.err('Carveout already associated to resource table');\n      return -ENOMEM;",
            "rproc.err('Carveout already associated to resource table');\n      return -EINVAL;",
          ),
          resources(
            'rproc.findCarveoutByName(rsc.name)',
            "(rsc.name === '' ? undefined : rproc.findCarveoutByName(rsc.name))",
          ),
          resources('entry.rscOffset = at;', ''),
          inSource('runtime/abi/resource-table.ts')('RSC_NAME_SIZE = 32', 'RSC_NAME_SIZE = 33'),
        ],
      },
    ),
    row(
      'rproc 6.2.4',
      'A carveout of that name that does not satisfy the entry (6.6): -ENOMEM after the message of 6.6.',
      {
        tests: ['6.2 row 4: longer', '6.2 row 4: begins before', '6.2 row 4: ends behind'],
        mutations: [
          resources(
            'if (checkCarveoutDa(known, rsc.da, rsc.len, (text) => rproc.err(text)) < 0) return -ENOMEM;',
            '',
          ),
          resources(
            '(text) => rproc.err(text)) < 0) return -ENOMEM;',
            '(text) => rproc.err(text)) < 0) return -EINVAL;',
          ),
          resources('(text) => rproc.err(text)', '() => {}'),
          resources('checkCarveoutDa(known, rsc.da, rsc.len,', 'checkCarveoutDa(known, rsc.da, 1,'),
        ],
      },
    ),
    row(
      'rproc 6.2.5',
      'A carveout of that name that satisfies it is tied to the entry: its flags are taken, nothing is allocated.',
      {
        tests: [
          '6.2 row 5: matched by name',
          inTest('test/host-sim/remoteproc/carveouts.test.ts')('7 flags of a matched entry'),
          inTest('test/host-sim/remoteproc/carveouts.test.ts')('7 a matched entry gets'),
        ],
        mutations: [
          resources('known.flags = rsc.flags;', ''),
          resources('known.flags = rsc.flags;\n    return 0;', 'known.flags = rsc.flags;'),
          resources('const known = rproc.findCarveoutByName(rsc.name);', 'const known = undefined as any;'),
        ],
      },
    ),
    row(
      'rproc 6.2.6',
      'Any other name registers a carveout that will be allocated with len and da of the entry.',
      {
        tests: [
          '6.2 row 6: other names',
          inTest('test/host-sim/remoteproc/carveouts.test.ts')('7 list order'),
          inTest('test/host-sim/remoteproc/carveouts.test.ts')('7 da any: '),
        ],
        mutations: [
          resources('rproc.carveouts.push(entry);', ''),
          resources(
            'allocatedCarveout(rproc, rsc.name, rsc.da, rsc.len)',
            'allocatedCarveout(rproc, rsc.name, rsc.da, 64)',
          ),
        ],
      },
    ),
    row(
      'rproc 6.2.vring',
      'A carveout entry named `vdev0vring0` in front of the vdev entry is found by the ring.',
      {
        tests: [vdev('6.2 and 8.2 an entry named as a ring')],
        mutations: [
          inSource('host-sim/remoteproc/rproc-virtio.ts')(
            'const known = rproc.findCarveoutByName(name);',
            'const known = rproc.ops.prepare ? undefined as any : rproc.findCarveoutByName(name);',
          ),
        ],
      },
    ),
    row('rproc 6.3.iommu', 'A devmem entry without an IOMMU is -EINVAL without a word, before all else.', {
      tests: ['6.3 no IOMMU: fails', '6.3 no IOMMU comes before', '6.3 mapped'],
      mutations: [
        resources('if (!rproc.hasIommu) return -EINVAL;', ''),
        resources('if (!rproc.hasIommu) return -EINVAL;', 'return -EINVAL;'),
        resources(
          'if (!rproc.hasIommu) return -EINVAL;',
          "if (!rproc.hasIommu) return refuse(rproc, 'no IOMMU');",
        ),
      ],
    }),
    row('rproc 6.3.truncated', '`devmem rsc is truncated`, -EINVAL.', {
      tests: ['6.3 truncated', '6.3 mapped'],
      mutations: [
        resources(
          "if (avail < FwRscCarveout.size) return refuse(rproc, 'devmem",
          "if (avail < FwRscCarveout.size - 1) return refuse(rproc, 'devmem",
        ),
        resources(
          "if (avail < FwRscCarveout.size) return refuse(rproc, 'devmem",
          "if (avail <= FwRscCarveout.size) return refuse(rproc, 'devmem",
        ),
        resources('devmem rsc is truncated', 'devmem is truncated'),
      ],
    }),
    row('rproc 6.3.reserved', '`devmem rsc has non zero reserved bytes`, -EINVAL.', {
      tests: ['6.3 reserved'],
      mutations: [
        resources(
          "if (rsc.reserved !== 0) return refuse(rproc, 'devmem rsc has non zero reserved bytes');",
          '',
        ),
        resources('devmem rsc has non zero', 'devmem rsc has nonzero'),
      ],
    }),
    row('rproc 6.3.map', 'Otherwise da is mapped to pa over len bytes, until the cleanup.', {
      tests: ['6.3 the mapping is'],
      mutations: [
        resources('rproc.mappings.push({ da: rsc.da, pa: rsc.pa, len: rsc.len });', ''),
        resources('{ da: rsc.da, pa: rsc.pa, len: rsc.len }', '{ da: rsc.pa, pa: rsc.da, len: rsc.len }'),
        resources('rproc.mappings = [];', ''),
      ],
    }),
    row(
      'rproc 6.3.map-fails',
      'An error of the mapping: `failed to map devmem: %d`, and the boot fails with it.',
      {
        tests: [
          {
            file: 'test/host-sim/remoteproc/iommu.test.ts',
            title: '6.3 devmem: whole pages only, and none twice',
          },
        ],
        mutations: [
          resources('rproc.err(`failed to map devmem: ${mapped}`);', ''),
          resources('    return mapped;', '    return 0;'),
        ],
      },
    ),
    row('rproc 6.4.truncated', '`trace rsc is truncated`, -EINVAL.', {
      tests: ['6.4 truncated', '6.4 da and len'],
      mutations: [
        resources('if (avail < FwRscTrace.size)', 'if (avail < FwRscTrace.size - 1)'),
        resources('if (avail < FwRscTrace.size)', 'if (avail <= FwRscTrace.size)'),
        resources('trace rsc is truncated', 'trace is truncated'),
      ],
    }),
    row('rproc 6.4.reserved', '`trace rsc has non zero reserved bytes`, -EINVAL.', {
      tests: ['6.4 reserved'],
      mutations: [
        resources(
          "if (rsc.reserved !== 0) return refuse(rproc, 'trace rsc has non zero reserved bytes');",
          '',
        ),
        resources('trace rsc has non zero', 'trace rsc has nonzero'),
      ],
    }),
    row(
      'rproc 6.4.files',
      'Each entry becomes a file `trace0`, `trace1` ... in table order; the name in the entry is ignored.',
      {
        tests: ['6.4 trace files are numbered'],
        mutations: [
          resources('const name = `trace${rproc.traces.length}`;', 'const { name } = rsc;'),
          resources('rproc.traces.push(', 'rproc.traces.unshift('),
          resources('rproc.traces = [];', ''),
        ],
      },
    ),
    row('rproc 6.4.unchecked', 'da and len are not looked at before somebody reads the file.', {
      tests: ['6.4 da and len are not looked at', '6.4 trace files are numbered'],
      mutations: [
        resources(
          'rproc.traces.push(',
          'if (!rproc.daToVa(BigInt(rsc.da), rsc.len)) return -EINVAL;\n  rproc.traces.push(',
        ),
      ],
    }),
    row(
      'rproc 6.5.handler',
      'handle_rsc gets type, offset of the payload and what is left; 0 is handled, below 0 ends the boot.',
      {
        tests: ['6.5 the handler answers 0', '6.5 the handler answers negative'],
        mutations: [
          resources(
            'rproc.ops.handleRsc?.(rproc, type, at, avail)',
            'rproc.ops.handleRsc?.(rproc, type, at - 4, avail)',
          ),
          resources(
            'rproc.ops.handleRsc?.(rproc, type, at, avail)',
            'rproc.ops.handleRsc?.(rproc, type, at, avail + 4)',
          ),
          resources('return result;\n  }\n  if (type >=', 'return 0;\n  }\n  if (type >='),
          resources('if (result === 1) rproc', 'if (result >= 0) rproc'),
        ],
      },
    ),
    row(
      'rproc 6.5.unsupported',
      'The answer 1, or no handler: `unsupported vendor resource %d`, and the boot goes on.',
      {
        tests: ['6.5 the handler answers 1', '6.5 vendor types without a handler are'],
        mutations: [
          resources('(rproc, type, at, avail) ?? 1;', '(rproc, type, at, avail) ?? 0;'),
          resources('if (result === 1) rproc', 'if (result > 1) rproc'),
          resources('return result;\n  }\n  if (type >=', 'return -result;\n  }\n  if (type >='),
          resources('unsupported vendor resource', 'unsupported resource of a vendor'),
        ],
      },
    ),
    row(
      'rproc 6.5.last',
      'The 1 of a vendor entry is the result of the whole table where no entry with a standard handler follows: `Failed to process resources: 1`, `Boot failed: 1`. Seen on a real 6.12.107, gone in 6.12.117.',
      {
        kernels: ['6.1'],
        tests: [
          '6.5 vendor types without a handler at the end',
          '6.5 a vendor type without a handler in front',
        ],
        mutations: [
          resources("rproc.kernel.version === '6.1' ? result : 0", '0'),
          resources(
            'at: number, before: number): number {',
            'at: number, before: number): number {\n  if (before === 1) return 1;',
          ),
          core(
            'if (result !== 0) rproc.err(`Failed to process',
            'if (result < 0) rproc.err(`Failed to process',
          ),
        ],
      },
    ),
    row(
      'rproc 6.6.1',
      "A request longer than the carveout: `Registered carveout doesn't fit len request`, -EINVAL.",
      {
        tests: ['6.6 row 1: len', '6.6 row 1 before row 3', '6.6 row 4: any against fixed'],
        mutations: [
          memEntry('if (len > mem.len)', 'if (false)'),
          memEntry('if (len > mem.len)', 'if (len >= mem.len)'),
          memEntry(
            'if (len > mem.len) {\n    err("Registered carveout doesn\'t fit len request");',
            'if (len > mem.len) {',
          ),
        ],
      },
    ),
    row('rproc 6.6.2', 'A fixed address against a carveout without one: -EINVAL, silently.', {
      tests: ['6.6 row 2: fixed against any'],
      mutations: [
        memEntry('if (da !== FW_RSC_ADDR_ANY && mem.da === FW_RSC_ADDR_ANY) return -EINVAL;', ''),
        memEntry(
          'mem.da === FW_RSC_ADDR_ANY) return -EINVAL;',
          "mem.da === FW_RSC_ADDR_ANY) {\n    err('no da');\n    return -EINVAL;\n  }",
        ),
      ],
    }),
    row(
      'rproc 6.6.3',
      "Both fixed: a request that begins before it (`... doesn't fit da request`) or ends behind it (`... len request`) is -EINVAL.",
      {
        tests: [
          '6.6 row 3: before',
          '6.6 row 3: 2 GiB above',
          '6.6 row 3: behind',
          '6.6 row 3: fits exactly',
        ],
        mutations: [
          memEntry('if (delta < 0)', 'if (false)'),
          memEntry('const delta = (da - mem.da) | 0;', 'const delta = da - mem.da;'),
          memEntry('if (delta + len > mem.len)', 'if (false)'),
          memEntry('if (delta + len > mem.len)', 'if (delta + len >= mem.len)'),
          memEntry("doesn't fit da request", "doesn't fit len request"),
        ],
      },
    ),
    row('rproc 6.6.4', 'A request for any address fits when its length does.', {
      tests: ['6.6 row 4: any against fixed', '6.6 row 4: any against any'],
      mutations: [
        memEntry('  if (da !== FW_RSC_ADDR_ANY) {', '  {'),
        memEntry('if (da !== FW_RSC_ADDR_ANY && mem.da', 'if (mem.da'),
      ],
    }),
  ],
};
