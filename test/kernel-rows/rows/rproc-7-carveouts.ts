import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/carveouts.test.ts');
const carveouts = inSource('host-sim/remoteproc/carveouts.ts');
const resources = inSource('host-sim/remoteproc/resources.ts');
const core = inSource('host-sim/remoteproc/core.ts');
const iommu = inTest('test/host-sim/remoteproc/iommu.test.ts');
const vdev = inTest('test/host-sim/remoteproc/vdev.test.ts');

export const carveoutAllocation: RowGroup = {
  title: 'remoteproc 7: allocation of carveouts and what is written back',
  rows: [
    row(
      'rproc 7.order',
      "List order: the driver's regions first, then those of the table in table order, rings where their vdev stands.",
      {
        tests: ['7 list order', '7 the second allocation'],
        mutations: [
          resources('rproc.carveouts.push(entry);', 'rproc.carveouts.unshift(entry);'),
          carveouts(
            'for (const entry of rproc.carveouts)',
            'for (const entry of [...rproc.carveouts].reverse())',
          ),
        ],
      },
    ),
    row('rproc 7.after', 'Allocation begins when all entries were handled.', {
      tests: ['7 nothing is allocated before all entries were handled'],
      mutations: [
        resources(
          'rproc.carveouts.push(entry);',
          'rproc.carveouts.push(entry);\n  if (entry.alloc!(entry) < 0) return -ENOMEM;',
        ),
      ],
    }),
    row(
      'rproc 7.error',
      'An allocator that fails: `Unable to allocate carveout %s: %d`; the phase gives -ENOMEM whatever the error: `Failed to allocate associated carveouts: %d`.',
      {
        tests: ['9.1 and 7 too large', "7 a driver's own allocator"],
        mutations: [
          carveouts(
            '`Unable to allocate carveout ${entry.name}: ${result}`);\n      return -ENOMEM;',
            '`Unable to allocate carveout ${entry.name}: ${result}`);\n      return result;',
          ),
          carveouts('carveout ${entry.name}: ${result}', 'carveout: ${result}'),
          carveouts('if (result < 0) {', 'if (result < -99) {'),
          core('Failed to allocate associated carveouts: ', 'Failed to allocate carveouts: '),
        ],
      },
    ),
    row(
      'rproc 7.fixed',
      "A fixed da without an IOMMU that the memory does not have: `Allocated carveout doesn't fit device address request`; the boot goes on and da stays.",
      {
        tests: ['7 da fixed elsewhere', '7 da fixed where the pool', '7 ivshmem: da fixed outside'],
        mutations: [
          carveouts('if (entry.da !== dma)', 'if (false)'),
          carveouts('if (entry.da !== dma)', 'if (true)'),
          carveouts(
            'rproc.kernel.log.warn(rproc.parent, "Allocated carveout doesn\'t fit device address request");',
            'return -ENOMEM;',
          ),
          carveouts('entry.pa = address;', 'entry.pa = address;\n      entry.da = dma;'),
        ],
      },
    ),
    row('rproc 7.fixed-iommu', 'A fixed da with an IOMMU is mapped to the memory, without a word.', {
      tests: ['7 da fixed with an IOMMU'],
      mutations: [carveouts('FW_RSC_ADDR_ANY && rproc.hasIommu) {', 'FW_RSC_ADDR_ANY && false) {')],
    }),
    row(
      'rproc 7.iommu-fails',
      'The IOMMU refuses a mapping: `iommu_map failed: %d`, the memory is given back.',
      {
        tests: [iommu('7 a carveout with a fixed address is mapped')],
        mutations: [
          carveouts('rproc.kernel.log.err(rproc.parent, `iommu_map failed: ${mapped}`);', ''),
          carveouts('rproc.dma.free(address);\n', ''),
        ],
      },
    ),
    row(
      'rproc 7.any',
      'da any: da becomes the low 32 bits of the DMA address, with a warning if that is not all of it.',
      {
        tests: ['7 da any: ', '7 ivshmem: da any', '7 memory above 4 GiB'],
        mutations: [
          carveouts('entry.da = dma;', ''),
          carveouts('if (dma !== address)', 'if (false)'),
          carveouts('const dma = address % 2 ** 32;', 'const dma = address as number;'),
        ],
      },
    ),
    row('rproc 7.no-memory', '`failed to allocate dma memory: len 0x%zx` on the parent device, -ENOMEM.', {
      tests: ['9.1 and 7 too large'],
      mutations: [
        carveouts('rproc.kernel.log.err(rproc.parent, `failed', 'rproc.kernel.log.err(rproc, `failed'),
        carveouts('len 0x${len.toString(16)}', 'len ${len}'),
      ],
    }),
    row(
      'rproc 7.write-back',
      'pa, da and the registered length go back into the entry that a carveout is tied to, in the cached table.',
      {
        tests: [
          '7 da any: ',
          '7 a matched entry gets',
          '7 da any matches a region by name',
          '7 the second allocation',
        ],
        mutations: [
          carveouts('rsc.pa = (entry.pa ?? 0) % 2 ** 32;', ''),
          carveouts('rsc.da = entry.da;', ''),
          carveouts('rsc.len = entry.len;', ''),
        ],
      },
    ),
    row('rproc 7.untied', 'Rings and buffers are tied to no entry: nothing is written for them.', {
      tests: ['7 vring carveouts are tied to no entry'],
      mutations: [
        inSource('host-sim/remoteproc/rproc-virtio.ts')(
          'entry.notifyid = notifyid;',
          'entry.notifyid = notifyid;\n    entry.pa = 0x1234;',
        ),
        inSource('host-sim/remoteproc/rproc-virtio.ts')(
          'entry.notifyid = notifyid;',
          'entry.notifyid = notifyid;\n    entry.da = 0;',
        ),
      ],
    }),
    row('rproc 7.cleanup', 'Cleanup gives back trace files, IOMMU mappings, carveouts and vdev devices.', {
      tests: [
        '7 cleanup: what was allocated',
        '9.1 and 7 too large',
        '7 list order',
        vdev('8.1 row 4: a vdev that failed keeps'),
      ],
      mutations: [
        resources('for (const entry of rproc.carveouts) entry.release?.(entry);', ''),
        resources('rproc.carveouts = [];', ''),
        resources('for (const cleanup of rproc.vdevCleanups.reverse()) cleanup();', ''),
        carveouts('if (entry.pa !== undefined) rproc.dma.free(entry.pa);', ''),
      ],
    }),
    row('rproc 7.cleanup-dump', 'Cleanup ends with the dump segments.', {
      tests: [
        inTest('test/host-sim/platform/coredump-segments.test.ts')('linux-remoteproc 7: resource cleanup'),
      ],
      mutations: [resources('coredumpCleanup(rproc);', '')],
    }),
  ],
};
