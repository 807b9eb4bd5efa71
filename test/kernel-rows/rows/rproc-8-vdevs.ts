import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/vdev.test.ts');
const virtio = inSource('host-sim/remoteproc/rproc-virtio.ts');
const kernel = inSource('host-sim/kernel.ts');
const carveouts = inSource('host-sim/remoteproc/carveouts.ts');
const memEntry = inSource('host-sim/remoteproc/mem-entry.ts');

export const vdevs: RowGroup = {
  title: 'remoteproc 8.1 and 8.2: vdevs and vrings',
  rows: [
    row(
      'rproc 8.1.1',
      'A vdev entry whose rings or config space do not fit: `vdev rsc is truncated`, -EINVAL.',
      {
        tests: [
          '8.1 row 1: the entry ends',
          '8.1 row 1: one byte of the last',
          '8.1 row 1: config space is missing',
          '8.1 row 1: config_len does not wrap',
          '8.1 row 1 before row 3',
          '8.3 notifyids',
        ],
        mutations: [
          virtio('const tooShort = avail < FwRscVdev.size;', 'const tooShort = avail < FwRscVdev.size - 1;'),
          virtio(' + rsc.config_len > avail', ' > avail'),
          virtio(' + rsc.config_len > avail', ' + rsc.config_len >= avail'),
          virtio(
            'FwRscVdev.size + FwRscVdevVring.size * rsc.num_of_vrings + rsc.config_len > avail',
            '((FwRscVdev.size + FwRscVdevVring.size * rsc.num_of_vrings + rsc.config_len) | 0) > avail',
          ),
          virtio('FwRscVdevVring.size * rsc.num_of_vrings + rsc', 'FwRscVdevVring.size + rsc'),
          virtio('vdev rsc is truncated', 'vdev is truncated'),
        ],
      },
    ),
    row('rproc 8.1.2', 'A reserved byte that is not 0: `vdev rsc has non zero reserved bytes`, -EINVAL.', {
      tests: ['8.1 row 2: reserved[0]', '8.1 row 2: reserved[1]', '8.1 row 2 before row 3'],
      mutations: [
        virtio('rsc.reserved[0] !== 0 || ', ''),
        virtio(' || rsc.reserved[1] !== 0', ''),
        virtio('vdev rsc has non zero', 'vdev rsc has nonzero'),
      ],
    }),
    row('rproc 8.1.3', 'More than two rings: `too many vrings: %d`, -EINVAL.', {
      tests: ['8.1 row 3: three vrings', '8.3 notifyids'],
      mutations: [
        virtio('if (rsc.num_of_vrings > RVDEV_NUM_VRINGS)', 'if (false)'),
        virtio('if (rsc.num_of_vrings > RVDEV_NUM_VRINGS)', 'if (rsc.num_of_vrings >= RVDEV_NUM_VRINGS)'),
        virtio('too many vrings: ${rsc.num_of_vrings}', 'too many vrings'),
      ],
    }),
    row(
      'rproc 8.1.4',
      'The index counts the vdev entries; the device is `rproc-virtio.N.auto` with an id of its own.',
      {
        tests: ['8.1 row 4: a vdev that failed keeps'],
        mutations: [
          virtio('const index = rproc.vdevCount++;', 'const index = rproc.vdevCount;'),
          virtio('rproc.vdevCleanups.push(() => rproc.platform.ids.free(id));', ''),
          virtio('const id = rproc.platform.ids.next();', 'const id = 0;'),
        ],
      },
    ),
    row(
      'rproc 8.1.queue',
      '0 entries or alignment 0 in any ring: `invalid qsz (%d) or alignment (%d)`, the probe fails with -EINVAL.',
      {
        tests: [
          '8.1 probe fails, the core boots without the vdev: vring 0 without',
          '8.1 probe fails, the core boots without the vdev: vring 1 without',
          'the vdev: align 0',
          'the vdev: printed as int',
          'the vdev: the first bad',
        ],
        mutations: [
          virtio('if (num !== 0 && align !== 0) continue;', 'if (align !== 0) continue;'),
          virtio('if (num !== 0 && align !== 0) continue;', 'if (num !== 0) continue;'),
          virtio(
            'of entries.entries()) {\n    rproc.dbg',
            'of entries.slice(0, 1).entries()) {\n    rproc.dbg',
          ),
          virtio('invalid qsz (${num | 0})', 'invalid qsz (${num})'),
          virtio(
            'or alignment (${align | 0})`);\n    return -EINVAL;',
            'or alignment (${align | 0})`);\n    return -ENOMEM;',
          ),
        ],
      },
    ),
    row('rproc 8.1.size', 'A ring takes vring_size() rounded up to pages.', {
      tests: [
        'the vdev: page rounding counts',
        'the vdev: a region that the ring does not fit',
        '8.2 any, no region',
        '8.1 the size of a ring',
      ],
      mutations: [
        virtio(
          'const size = pageAlign(vringSize(entry.num, entry.align));',
          'const size = vringSize(entry.num, entry.align);',
        ),
        virtio(
          'const size = pageAlign(vringSize(entry.num, entry.align));',
          'const size = pageAlign(vringSize(entry.num, 16));',
        ),
      ],
    }),
    row(
      'rproc 8.1.region',
      'A carveout `vdevNvringM` is taken if da and size fit (6.6), else the probe fails with -ENOMEM; without one a new one is registered.',
      {
        tests: [
          'the vdev: a region that the ring does not fit',
          'the vdev: 8.2 da 0',
          '8.2 any, region',
          '8.2 any, no region',
          '8.1 row 4: a vdev that failed keeps',
        ],
        mutations: [
          virtio(
            'if (checkCarveoutDa(known, entry.da, size, (text) => rproc.err(text)) < 0) {',
            'if (checkCarveoutDa(known, entry.da, size, (text) => rproc.err(text)) > 0) {',
          ),
          virtio(
            'freeVrings(rproc, entries, vrings);\n        return -ENOMEM;',
            'freeVrings(rproc, entries, vrings);\n        return -EINVAL;',
          ),
          virtio('=> `vdev${vdev}vring${vring}`;', '=> `vdev0vring${vring}`;'),
          virtio('rproc.carveouts.push(allocatedCarveout(rproc, name, entry.da, size));', ''),
        ],
      },
    ),
    row(
      'rproc 8.1.notifyid',
      'A ring gets the lowest free id of the processor, written to the entry; what the image says is ignored.',
      {
        tests: ['8.3 notifyids: lowest', '8.1 probe fails at vring 1', '8.1 row 4: a vdev that failed keeps'],
        mutations: [
          virtio('const notifyid = rproc.notifyids.next();', 'const notifyid = entry.notifyid;'),
          virtio('entry.notifyid = notifyid;', ''),
          virtio('for (const vring of vrings) rproc.notifyids.free(vring.notifyid);', ''),
          kernel('while (this.used.has(this.lowest)) this.lowest++;', 'this.lowest += 1;'),
        ],
      },
    ),
    row(
      'rproc 8.1.swallowed',
      'A probe that fails is a line of the driver core; the core boots without that vdev.',
      {
        kernels: ['6.12', '7.2'],
        tests: [
          '8.1 probe fails, the core boots without the vdev: vring 0 without entries (6.12)',
          '8.1 probe fails, the core boots without the vdev: vring 0 without entries (7.2)',
        ],
        mutations: [
          virtio(
            "probeFailed(rproc.kernel, device, `rproc-virtio.${id}.auto`, 'rproc-virtio', result);\n  }\n  return 0;",
            "probeFailed(rproc.kernel, device, `rproc-virtio.${id}.auto`, 'rproc-virtio', result);\n  }\n  return result;",
          ),
          kernel("if (version === '6.1') log.warn", "if (version !== '6.12') log.warn"),
          kernel('probe with driver ${driver} failed', 'probe of ${driver} failed'),
        ],
      },
    ),
    row(
      'rproc 8.1.swallowed-old',
      'The line is `rproc-virtio: probe of rproc-virtio.N.auto failed with error %d`.',
      {
        kernels: ['6.1'],
        tests: ['8.1 probe fails, the core boots without the vdev: vring 0 without entries (6.1)'],
        mutations: [
          kernel("if (version === '6.1') log.warn", 'if (false) log.warn'),
          kernel('probe of ${name} failed', 'probe of failed'),
        ],
      },
    ),
    row(
      'rproc 8.1.unwound',
      'A probe that fails at the second ring frees the id of the first and resets its entry: da 0, notifyid -1.',
      {
        tests: ['8.1 probe fails at vring 1'],
        mutations: [
          virtio('rproc.notifyids.free(vrings[i].notifyid);', ''),
          virtio('entries[i].da = 0;', ''),
          virtio('entries[i].notifyid = 0xffffffff;', ''),
        ],
      },
    ),
    row('rproc 8.1.one-vring', 'Fewer than two rings can be set up.', {
      tests: [
        '8 no image makes the simulator throw: one vring',
        '8 no image makes the simulator throw: no vring',
        '8.1 fewer than two rings',
      ],
      mutations: [
        virtio('if (rsc.num_of_vrings > RVDEV_NUM_VRINGS)', 'if (rsc.num_of_vrings !== RVDEV_NUM_VRINGS)'),
      ],
    }),
    row(
      'rproc 8.1.oops',
      'A ring that the driver takes and the table lacks, with a region of its name: a null pointer in vring_alloc_desc_extra().',
      {
        tests: ['8.1 fewer rings than the driver takes'],
        mutations: [
          virtio('if (mem && !ring) this.oops();', ''),
          virtio('if (mem && !ring) this.oops();', 'if (!ring) this.oops();'),
        ],
      },
    ),
    row('rproc 8.2.any-pool', 'da any, no region: allocated in the pool, da is reported.', {
      tests: ['8.2 any, no region'],
      mutations: [virtio('this.vringEntry(i).da = mem.da;', ''), carveouts('entry.da = dma;', '')],
    }),
    row('rproc 8.2.any-region', 'da any, with a region: the region is used and its da reported.', {
      tests: [
        '8.2 any, region',
        '8.2 ivshmem, any',
        inTest('test/host-sim/remoteproc/carveouts.test.ts')('7 list order'),
      ],
      mutations: [
        virtio(
          'const known = rproc.findCarveoutByName(name);',
          'const known = undefined as MemEntry | undefined;',
        ),
        virtio('this.vringEntry(i).da = mem.da;', 'this.vringEntry(i).da = mem.pa!;'),
      ],
    }),
    row(
      'rproc 8.2.fixed-region',
      "da fixed inside a region: the ring lies at the region's start, whose da is reported.",
      {
        tests: ['8.2 fixed, region: the ring lies'],
        mutations: [
          virtio(
            'this.vringEntry(i).da = mem.da;',
            'if (this.vringEntry(i).da === 0xffffffff) this.vringEntry(i).da = mem.da;',
          ),
          memEntry('if (delta < 0)', 'if (delta !== 0)'),
        ],
      },
    ),
    row(
      'rproc 8.2.fixed-pool',
      'da fixed without a region: allocated anywhere, da stays as requested, with a warning.',
      {
        tests: ['8.2 fixed, no region: allocated', '8.2 fixed, no region, but'],
        mutations: [
          carveouts('entry.pa = address;', 'entry.pa = address;\n      entry.da = dma;'),
          carveouts('if (entry.da !== dma)', 'if (false)'),
          carveouts('if (entry.da !== dma)', 'if (true)'),
        ],
      },
    ),
    row(
      'rproc 8.2.zero',
      'da 0 is a fixed address: it fails the check of a region, and stays 0 without one.',
      {
        tests: ['8.2 0, no region', 'the vdev: 8.2 da 0'],
        mutations: [
          memEntry(
            'export function checkCarveoutDa(mem: MemEntry, da: number, len: number, err: (text: string) => void): number {',
            'export function checkCarveoutDa(mem: MemEntry, da: number, len: number, err: (text: string) => void): number {\n  if (da === 0) return 0;',
          ),
          carveouts(
            'if (entry.da !== FW_RSC_ADDR_ANY) {',
            'if (entry.da !== FW_RSC_ADDR_ANY && entry.da !== 0) {',
          ),
        ],
      },
    ),
  ],
};
