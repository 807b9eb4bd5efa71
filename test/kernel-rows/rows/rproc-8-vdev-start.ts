import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/remoteproc/vdev.test.ts');
const start = inTest('test/host-sim/remoteproc/vdev-start.test.ts');
const tables = inTest('test/host-sim/remoteproc/table-search.test.ts');
const virtio = inSource('host-sim/remoteproc/rproc-virtio.ts');
const bus = inSource('host-sim/virtio/bus.ts');

export const vdevStart: RowGroup = {
  title: 'remoteproc 8.3 and 8.4: what the remote sees when, and the start of a vdev',
  rows: [
    row(
      'rproc 8.3.early',
      'Before the core starts it has notifyids and carveouts; features, ring addresses and status come after ops->start.',
      {
        tests: [tables('4.2 and 9.1 at start the cached table lies over'), '8.3 gfeatures'],
        mutations: [
          virtio(
            'entry.notifyid = notifyid;',
            'entry.notifyid = notifyid;\n    entry.da = rproc.findCarveoutByName(name)!.da;',
          ),
          virtio('this.entry().gfeatures = features;', ''),
          virtio('this.entry().status = value;', ''),
        ],
      },
    ),
    row(
      'rproc 8.3.features',
      'gfeatures is what the driver knows of dfeatures, and the ring features 28 and 29.',
      {
        tests: ['8.3 gfeatures', tables('4.2 and 9.1 at start the cached table lies over')],
        mutations: [
          bus('device.features = transport.features & wanted;', 'device.features = wanted;'),
          bus(
            'const RING_FEATURES = (1 << VIRTIO_RING_F_INDIRECT_DESC) | (1 << VIRTIO_RING_F_EVENT_IDX);',
            'const RING_FEATURES = 1 << VIRTIO_RING_F_EVENT_IDX;',
          ),
          bus(
            'const RING_FEATURES = (1 << VIRTIO_RING_F_INDIRECT_DESC) | (1 << VIRTIO_RING_F_EVENT_IDX);',
            'const RING_FEATURES = 1 << VIRTIO_RING_F_INDIRECT_DESC;',
          ),
          bus('device.features = transport.features & wanted;', 'device.features = transport.features;'),
        ],
      },
    ),
    row('rproc 8.3.reset', 'The status is reset to 0, then ACKNOWLEDGE, DRIVER, DRIVER_OK.', {
      tests: ['8.3 gfeatures', '8.3 the status goes 0, 1, 3, 7', start('8.4 no driver for the device id')],
      mutations: [
        bus('transport.status = 0;', ''),
        bus('transport.status = VIRTIO_CONFIG_S_ACKNOWLEDGE;', ''),
        bus('transport.status |= VIRTIO_CONFIG_S_DRIVER;', ''),
      ],
    }),
    row(
      'rproc 8.3.zeroed',
      'Each time the driver takes its queues vring_size() bytes of ring memory are zeroed.',
      {
        tests: ['8.3 ring memory is zeroed'],
        mutations: [
          virtio('bytes.fill(0, 0, vringSize(ring.num, ring.align));', ''),
          virtio('bytes.fill(0, 0, vringSize(ring.num, ring.align));', 'bytes.fill(0);'),
        ],
      },
    ),
    row(
      'rproc 8.4.kick',
      'Without ops->kick the vdev cannot start: `.kick method not defined for %s`, and the boot fails with -EINVAL.',
      {
        tests: [start('8.4 and 15 no kick method')],
        mutations: [
          virtio(
            '.kick method not defined for ${rproc.name}`);\n        return -EINVAL;',
            '.kick method not defined for ${rproc.name}`);\n        return 0;',
          ),
          virtio('rproc.kernel.log.err(device, `.kick', 'rproc.err(`.kick'),
        ],
      },
    ),
    row(
      'rproc 8.4.reserved',
      'A `vdevNbuffer` of reserved memory becomes the DMA pool of the vdev: `assigned reserved memory node ...`.',
      {
        tests: [start('8.4 and rpmsg 3 buffers come from vdev0buffer')],
        mutations: [
          virtio('if (!mem || mem.pa === undefined) return rproc.dma;', 'return rproc.dma;'),
          virtio('assigned reserved memory node ${node}', 'assigned ${node}'),
          virtio('new DmaPool(mem.pa, mem.len)', 'new DmaPool((mem.pa + 4096) as Pa, mem.len)'),
        ],
      },
    ),
    row(
      'rproc 8.4.own',
      'A `vdevNbuffer` carveout of the image becomes the pool too, with the warning `vdev %d buffer already mapped`.',
      {
        tests: [start('8.4 and rpmsg 3 buffers come from vdev0buffer')],
        mutations: [
          virtio('rproc.kernel.log.warn(device, `vdev ${index} buffer already mapped`);', ''),
          virtio('} else if (mem.alloc) {', '} else {\n    return rproc.dma;\n  }\n  if (mem.alloc) {'),
        ],
      },
    ),
    row('rproc 8.4.parent', "Without such a carveout buffers come from the parent's memory.", {
      tests: [start('8.4 and rpmsg 3 buffers come from vdev0buffer')],
      mutations: [
        virtio(
          'if (!mem || mem.pa === undefined) return rproc.dma;',
          'if (!mem || mem.pa === undefined) return { ...rproc.dma, alloc: () => undefined };',
        ),
      ],
    }),
    row(
      'rproc 8.4.registered',
      '`registered virtio%u (type %d)` comes on the rproc-virtio device, after what the driver says in its probe.',
      {
        tests: [
          start('8.4 and rpmsg 3 buffers come from vdev0buffer'),
          start('8.4 no driver for the device id'),
        ],
        mutations: [
          virtio('registered ${registered.name} (type ${id})', 'registered ${registered.name}'),
          virtio('rproc.kernel.log.info(device, `registered', 'rproc.kernel.log.info(rproc, `registered'),
        ],
      },
    ),
    row(
      'rproc 8.4.driver-fails',
      'A virtio driver whose probe fails does not fail the boot: status has bit 0x80.',
      {
        tests: [start("8.4 and rpmsg 4 the virtio driver's probe fails")],
        mutations: [
          bus('transport.status |= VIRTIO_CONFIG_S_FAILED;', ''),
          bus('this.onProbeFailed(probed, driver, result);', ''),
          bus(
            'this.onProbeFailed(probed, driver, result);\n      return;',
            'this.onProbeFailed(probed, driver, result);',
          ),
        ],
      },
    ),
    row(
      'rproc 8.4.no-driver',
      'Without a driver for the device id the status stays at ACKNOWLEDGE, after a stop too.',
      {
        tests: [start('8.4 no driver for the device id')],
        mutations: [
          bus('candidate.id === device.id', 'candidate.id !== 3'),
          bus('transport.status = VIRTIO_CONFIG_S_ACKNOWLEDGE;', ''),
        ],
      },
    ),
    row(
      'rproc 8.4.config',
      'Config space outside of config_len: `rproc_virtio_get: access out of bounds` or `rproc_virtio_set: ...`, ignored.',
      {
        tests: [start('8.4 config space')],
        mutations: [
          virtio('offset + len > config_len ||', 'offset > config_len ||'),
          virtio('offset + len > config_len ||', ''),
          virtio('|| at + len > table.length', ''),
          virtio("this.config('rproc_virtio_get'", "this.config('rproc_virtio_set'"),
          virtio("this.config('rproc_virtio_set'", "this.config('rproc_virtio_get'"),
          virtio('FwRscVdevVring.size * num_of_vrings + offset;', 'FwRscVdevVring.size * num_of_vrings;'),
          virtio('this.rproc.kernel.log.err(this.device, `${caller}: access out of bounds`);', ''),
        ],
      },
    ),
  ],
};
