import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/rpmsg/receive.test.ts');
const send = inTest('test/host-sim/rpmsg/send.test.ts');
const announce = inTest('test/host-sim/rpmsg/announce.test.ts');
const buffers = inSource('host-sim/rpmsg/buffers.ts');
const receive = inSource('host-sim/rpmsg/receive.ts');
const transmit = inSource('host-sim/rpmsg/transmit.ts');
const probe = inSource('host-sim/rpmsg/virtio-rpmsg-bus.ts');
const virtqueue = inSource('host-sim/virtio/virtqueue.ts');
const bus = inSource('host-sim/virtio/bus.ts');
const transport = inSource('host-sim/remoteproc/rproc-virtio.ts');
const abi = inSource('runtime/abi/rpmsg.ts');

const pool = 'buffer pool of a ring of';
const steps = 'the probe step by step';

export const rings: RowGroup = {
  title: 'rpmsg 3: rings and buffers',
  rows: [
    row(
      'rpmsg 3.input',
      'Ring 0 (`input`) carries messages to Linux: empty buffers of 512 bytes, flag WRITE.',
      {
        tests: [pool],
        mutations: [
          receive('RPMSG_BUF_SIZE, i);', 'RPMSG_BUF_SIZE - 16, i);'),
          virtqueue('this.add(address, len, VRING_DESC_F_WRITE, token)', 'this.add(address, len, 0, token)'),
        ],
      },
    ),
    row(
      'rpmsg 3.output',
      'Ring 1 (`output`) carries messages to the remote: filled buffers of 16 bytes and the payload.',
      {
        tests: [pool, send('linux-rpmsg 5 #6: header, payload')],
        mutations: [
          transmit(
            'this.svq.addOutbuf(this.buffers.addressOf(index), HDR + len, index)',
            'this.svq.addOutbuf(this.buffers.addressOf(index), 512, index)',
          ),
          virtqueue(
            'return this.add(address, len, 0, token);',
            'return this.add(address, len, VRING_DESC_F_WRITE, token);',
          ),
        ],
      },
    ),
    row(
      'rpmsg 3.used-len',
      'used.len of a message to Linux must be at most 512 and at least 16 and the payload; that of a message to the remote is ignored.',
      {
        tests: ['used.len beyond', 'hdr.len beyond', send('linux-rpmsg 3: used.len in vring 1')],
        mutations: [
          receive('usedLen > RPMSG_BUF_SIZE || ', ''),
          receive('len > (usedLen - HDR) >>> 0', 'false'),
          transmit(
            'return this.svq.getBuf();',
            'const used = this.svq.getBuf();\n    return this.svq.usedLen > 512 ? -1 : used;',
          ),
        ],
      },
    ),
    row(
      'rpmsg 3.count',
      'Twice the entries of ring 0, at most 512 buffers: the first half to receive, the second to send.',
      {
        tests: [pool],
        mutations: [
          buffers('Math.min(num * 2, RPMSG_MAX_NUM_BUFS)', 'num * 2'),
          buffers('Math.min(num * 2, RPMSG_MAX_NUM_BUFS)', 'RPMSG_MAX_NUM_BUFS'),
          transmit('return half + this.lastSbuf++;', 'return this.lastSbuf++;'),
          abi('RPMSG_MAX_NUM_BUFS = 512', 'RPMSG_MAX_NUM_BUFS = 256'),
        ],
      },
    ),
    row('rpmsg 3.sizes', 'Rings of different sizes are worth a WARN; the count comes from ring 0 only.', {
      tests: ['linux-rpmsg 3: rings of different sizes', send('linux-rpmsg 3 and 5 #5: vring 1 smaller')],
      mutations: [
        probe('if (rvq.num !== svq.num) {', 'if (false) {'),
        probe('RpmsgBuffers.alloc(transport.dma, rvq.num)', 'RpmsgBuffers.alloc(transport.dma, svq.num)'),
      ],
    }),
    row('rpmsg 3.addresses', 'Buffer i lies at base + 512 × i.', {
      tests: [pool],
      mutations: [buffers('pa(this.base + index * RPMSG_BUF_SIZE)', 'pa(this.base + index * 496)')],
    }),
    row('rpmsg 3.posted', 'All receive buffers are posted before DRIVER_OK: descriptor i is buffer i.', {
      tests: [pool, steps],
      mutations: [
        receive(
          'for (let i = 0; i < buffers.half; i++) rvq',
          'for (let i = 0; i < buffers.half - 1; i++) rvq',
        ),
        receive(
          'for (let i = 0; i < buffers.half; i++) rvq',
          'for (let i = buffers.half - 1; i >= 0; i--) rvq',
        ),
      ],
    }),
    row('rpmsg 3.physical', 'Descriptors hold physical addresses of 64 bits, not device addresses.', {
      tests: [
        pool,
        inTest('test/host-sim/remoteproc/vdev-start.test.ts')('8.4 and rpmsg 3 buffers come from'),
      ],
      mutations: [
        virtqueue(
          'desc.setUint32(at, address % 2 ** 32, true);',
          'desc.setUint32(at, (address % 2 ** 32) - 0x20000000, true);',
        ),
      ],
    }),
    row('rpmsg 3.order', 'Send buffers are handed out once in order, then the oldest used one is taken.', {
      tests: [
        send('linux-rpmsg 3: buffers are handed out once'),
        send('linux-rpmsg 3: a buffer that is used waits'),
      ],
      mutations: [
        transmit(
          'if (this.lastSbuf < half) return half + this.lastSbuf++;\n    return this.svq.getBuf();',
          'const used = this.svq.getBuf();\n    return used >= 0 || this.lastSbuf >= half ? used : half + this.lastSbuf++;',
        ),
        transmit('return half + this.lastSbuf++;', 'return 2 * half - 1 - this.lastSbuf++;'),
      ],
    }),
    row(
      'rpmsg 3.lost',
      'A ring 1 that is smaller than the send half: `virtqueue_add_outbuf failed: -28`, and that buffer is lost.',
      {
        tests: [send('linux-rpmsg 3 and 5 #5: vring 1 smaller')],
        mutations: [
          virtqueue('return -ENOSPC;', 'return 0;'),
          transmit(
            'virtqueue_add_outbuf failed: ${result}`);\n      return result;',
            'virtqueue_add_outbuf failed: ${result}`);\n      this.lastSbuf--;\n      return result;',
          ),
        ],
      },
    ),
  ],
};

export const probeSequence: RowGroup = {
  title: 'rpmsg 4: what the remote sees of the probe',
  rows: [
    row('rpmsg 4.1', 'The status goes 0, 1, 3.', {
      tests: [steps],
      mutations: [bus('transport.status = 0;', ''), bus('transport.status |= VIRTIO_CONFIG_S_DRIVER;', '')],
    }),
    row('rpmsg 4.2', 'gfeatures is dfeatures with bit 0 and the ring bits 28 and 29 left.', {
      tests: [steps, inTest('test/host-sim/remoteproc/vdev.test.ts')('8.3 gfeatures')],
      mutations: [
        probe('features: [VIRTIO_RPMSG_F_NS]', 'features: [VIRTIO_RPMSG_F_NS, 1]'),
        probe('features: [VIRTIO_RPMSG_F_NS]', 'features: []'),
      ],
    }),
    row('rpmsg 4.3', 'The rings are zeroed, their addresses written, ring 0 first.', {
      tests: [steps],
      mutations: [
        transport(
          'for (const [i, name] of names.entries()) {',
          'for (const [i, name] of [...names.entries()].reverse()) {',
        ),
      ],
    }),
    row(
      'rpmsg 4.4',
      'Receive buffers are posted: avail.idx of ring 0 is the number of entries before DRIVER_OK.',
      {
        tests: [steps],
        mutations: [
          receive('for (let i = 0; i < buffers.half; i++) rvq', 'for (let i = 1; i < buffers.half; i++) rvq'),
        ],
      },
    ),
    row('rpmsg 4.5', 'tx-complete interrupts of ring 1 are suppressed: avail.flags is 1.', {
      kernels: ['6.1', '6.12'],
      tests: [
        `${steps}: status 0, 1, 3, gfeatures, das 0 then 1, buffers, 7, one kick (6.1)`,
        `${steps}: status 0, 1, 3, gfeatures, das 0 then 1, buffers, 7, one kick (6.12)`,
      ],
      mutations: [
        transmit("kernel.version !== '7.2'", "kernel.version === '6.1'"),
        transmit("kernel.version !== '7.2'", 'false'),
      ],
    }),
    row('rpmsg 4.5-new', 'tx-complete interrupts of ring 1 are allowed: avail.flags is 0.', {
      kernels: ['7.2'],
      tests: [`${steps}: status 0, 1, 3, gfeatures, das 0 then 1, buffers, 7, one kick (7.2)`],
      mutations: [transmit("kernel.version !== '7.2'", 'true')],
    }),
    row('rpmsg 4.6', 'The control device `virtio0.rpmsg_ctrl.0.0` comes, which becomes /dev/rpmsg_ctrlN.', {
      tests: [announce('linux-rpmsg 4 #6 #7')],
      mutations: [
        probe("this.addOverride('rpmsg_ctrl', 0);", ''),
        probe("this.addOverride('rpmsg_ctrl', 0);", "this.addOverride('rpmsg_ctrl', 1);"),
      ],
    }),
    row(
      'rpmsg 4.7',
      'With F_NS the device `virtio0.rpmsg_ns.53.53` comes and endpoint 53 with it; without it neither does.',
      {
        tests: [
          announce('linux-rpmsg 4 #6 #7'),
          announce('linux-rpmsg 4 #7: without F_NS'),
          'linux-rpmsg 4 and 8: without F_NS',
        ],
        mutations: [
          probe('if (this.hasNameService) this.addOverride', 'if (false) this.addOverride'),
          probe('if (this.hasNameService) this.addOverride', 'this.addOverride'),
          abi('RPMSG_NS_ADDR = 0x35', 'RPMSG_NS_ADDR = 0x36'),
        ],
      },
    ),
    row('rpmsg 4.8', 'The status is 7; FEATURES_OK is never set.', {
      tests: [steps],
      mutations: [
        probe(
          'transport.status |= VIRTIO_CONFIG_S_DRIVER_OK;',
          'transport.status |= VIRTIO_CONFIG_S_DRIVER_OK | 8;',
        ),
      ],
    }),
    row('rpmsg 4.9', 'One kick of ring 0 unless the remote does not want it, then `rpmsg host is online`.', {
      tests: [
        steps,
        'linux-rpmsg 4 #9: no kick',
        inTest('test/host-sim/remoteproc/vdev-start.test.ts')('8.4 and rpmsg 3 buffers come from'),
      ],
      mutations: [
        probe('if (notify) rvq.kick();', ''),
        probe('if (notify) rvq.kick();', 'svq.kick();'),
        probe("log.info(vdev, 'rpmsg host is online');", ''),
      ],
    }),
    row('rpmsg 4.failure', 'A probe that fails sets bit 0x80 in the status.', {
      tests: [
        inTest('test/host-sim/remoteproc/vdev-start.test.ts')(
          "8.4 and rpmsg 4 the virtio driver's probe fails",
        ),
      ],
      mutations: [
        bus('transport.status |= VIRTIO_CONFIG_S_FAILED;', ''),
        probe('return -ENOMEM;', 'return -EINVAL;'),
      ],
    }),
    row(
      'rpmsg 4.removal',
      'Removal: status 0, then channels go, rings are deleted, buffers freed, status 1.',
      {
        tests: ['linux-rpmsg 4: removal: status 0'],
        mutations: [
          probe('transport.status = 0;\n    for', 'for'),
          probe('for (const device of [...this.children]) this.removeDevice(device);', ''),
          transport('this.rproc.vrings.delete(ring.notifyid);', ''),
        ],
      },
    ),
    row('rpmsg 4.destroy-late', "DESTROY announcements of the host's channels go out after the reset.", {
      tests: [announce('linux-rpmsg 4 removal: DESTROY goes out')],
      mutations: [
        probe(
          '    transport.status = 0;\n    for (const device of [...this.children]) this.removeDevice(device);',
          '    for (const device of [...this.children]) this.removeDevice(device);\n    transport.status = 0;',
        ),
        inSource('host-sim/rpmsg/bus.ts')('device.ops.announce(device, RPMSG_NS_DESTROY);', ''),
      ],
    }),
    row('rpmsg 4.broken', 'Who still holds an endpoint after the removal gets -EIO.', {
      tests: [announce('linux-rpmsg 4 removal: who still holds')],
      mutations: [transport('for (const queue of this.queues) queue.broken = true;', '')],
    }),
  ],
};
