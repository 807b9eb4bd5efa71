import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/rpmsg/send.test.ts');
const core = inTest('test/host-sim/rpmsg/core.test.ts');
const receiving = inTest('test/host-sim/rpmsg/receive.test.ts');
const announce = inTest('test/host-sim/rpmsg/announce.test.ts');
const channels = inTest('test/host-sim/rpmsg/channels.test.ts');
const transmit = inSource('host-sim/rpmsg/transmit.ts');
const receive = inSource('host-sim/rpmsg/receive.ts');
const endpoints = inSource('host-sim/rpmsg/endpoints.ts');
const calls = inSource('host-sim/rpmsg/channel.ts');
const bus = inSource('host-sim/rpmsg/bus.ts');
const virtqueue = inSource('host-sim/virtio/virtqueue.ts');
const abi = inSource('runtime/abi/rpmsg.ts');

export const sending: RowGroup = {
  title: 'rpmsg 5: sending',
  rows: [
    row('rpmsg 5.1', 'src or dst RPMSG_ADDR_ANY: -EINVAL, `invalid addr (src 0x%x, dst 0x%x)`.', {
      tests: ['linux-rpmsg 5 #1 #2'],
      mutations: [
        transmit('src === RPMSG_ADDR_ANY || dst === RPMSG_ADDR_ANY', 'src === RPMSG_ADDR_ANY'),
        transmit('src === RPMSG_ADDR_ANY || dst === RPMSG_ADDR_ANY', 'dst === RPMSG_ADDR_ANY'),
        transmit('invalid addr (src 0x${src.toString(16)}', 'invalid addr (src ${src}'),
      ],
    }),
    row('rpmsg 5.2', 'More than 496 bytes: -EMSGSIZE, `message is too big (%d)`.', {
      tests: ['linux-rpmsg 5 #1 #2'],
      mutations: [
        transmit('if (len > RPMSG_BUF_SIZE - HDR)', 'if (len > RPMSG_BUF_SIZE)'),
        transmit('if (len > RPMSG_BUF_SIZE - HDR)', 'if (len >= RPMSG_BUF_SIZE - HDR)'),
        transmit('return -EMSGSIZE;', 'return -EINVAL;'),
        transmit('message is too big (${len})', 'message is too big'),
      ],
    }),
    row('rpmsg 5.3', 'No buffer and no wish to wait: -ENOMEM, silently.', {
      tests: ['linux-rpmsg 5 #3'],
      mutations: [
        transmit(
          'if (index < 0 && !wait) return -ENOMEM;',
          "if (index < 0 && !wait) {\n      log.err(from, 'no buffer');\n      return -ENOMEM;\n    }",
        ),
        transmit('if (index < 0 && !wait) return -ENOMEM;', 'if (index < 0 && !wait) return -EINVAL;'),
      ],
    }),
    row(
      'rpmsg 5.4',
      'No buffer and waiting: until one is free; after 15 s `timeout waiting for a tx buffer` and -ERESTARTSYS.',
      {
        tests: [
          'linux-rpmsg 5 #4: timeout after 15 s',
          'linux-rpmsg 5 #4: a buffer that comes back',
          'linux-rpmsg 5 #4: a remote that never',
          'linux-rpmsg 5 #4: an interrupt for vring 0',
        ],
        mutations: [
          abi('RPMSG_SEND_TIMEOUT_MS = 15000', 'RPMSG_SEND_TIMEOUT_MS = 5000'),
          transmit('timeout waiting for a tx buffer', 'timeout'),
          transmit('return -ERESTARTSYS;', 'return -ENOMEM;'),
          transmit('if (!this.txDone) return false;', ''),
          transmit('if (index < 0) index = this.getTxBuf();\n    }', '}'),
        ],
      },
    ),
    row(
      'rpmsg 5.4-interrupts',
      'tx-complete interrupts are on only while somebody sleeps: avail.flags 0, then 1 again.',
      {
        kernels: ['6.1', '6.12'],
        tests: ['linux-rpmsg 5 #4: timeout after 15 s: -512; tx interrupts on only meanwhile'],
        mutations: [
          transmit('if (this.sleepers++ === 0 && this.suppress) this.svq.enableCb();', 'this.sleepers++;'),
          transmit('if (--this.sleepers === 0 && this.suppress) this.svq.disableCb();', '--this.sleepers;'),
        ],
      },
    ),
    row('rpmsg 5.4-always', 'tx-complete interrupts are always on.', {
      kernels: ['7.2'],
      tests: ['linux-rpmsg 5 #4: timeout after 15 s: -512; tx interrupts on always'],
      mutations: [transmit("this.suppress = kernel.version !== '7.2';", 'this.suppress = true;')],
    }),
    row('rpmsg 5.5', 'A ring that takes no buffer: `virtqueue_add_outbuf failed: %d` and its errno.', {
      tests: ['linux-rpmsg 3 and 5 #5: vring 1 smaller', 'linux-rpmsg 5 #5: a broken queue'],
      mutations: [
        transmit('log.err(from, `virtqueue_add_outbuf failed: ${result}`);', ''),
        transmit(
          'virtqueue_add_outbuf failed: ${result}`);\n      return result;',
          'virtqueue_add_outbuf failed: ${result}`);\n      return 0;',
        ),
        virtqueue('if (flags === 0) this.notify();', ''),
      ],
    }),
    row(
      'rpmsg 5.6',
      'The header is src, dst, 0, length, 0; ring 1 is kicked unless the remote does not want it; 0.',
      {
        tests: ['linux-rpmsg 5 #6: header, payload', 'linux-rpmsg 5 #6: no kick'],
        mutations: [
          transmit('words.setUint32(at, src, true);', 'words.setUint32(at, dst, true);'),
          transmit('words.setUint32(at + 4, dst, true);', 'words.setUint32(at + 4, src, true);'),
          transmit('words.setUint32(at + 8, 0, true);', 'words.setUint32(at + 8, 1, true);'),
          transmit('words.setUint32(at + 12, len, true);', 'words.setUint32(at + 12, len | 0x10000, true);'),
          transmit('bytes.set(data, at + HDR);', ''),
          transmit('this.svq.kick();', ''),
          virtqueue(
            'if (!this.eventIdx) return (this.used[0] & 1) === 0;',
            'if (!this.eventIdx) return true;',
          ),
        ],
      },
    ),
    row('rpmsg 5.empty', 'A message may be empty.', {
      tests: ['linux-rpmsg 5: an empty message', receiving('buffer pool of a ring of 2:')],
      mutations: [
        transmit('const len = data.length;', 'const len = data.length;\n    if (len === 0) return -EINVAL;'),
      ],
    }),
    row(
      'rpmsg 5.send',
      "rpmsg_send and trysend go from the endpoint's address to the channel's peer; only the first waits.",
      {
        tests: [core('linux-rpmsg 5 call #1'), 'linux-rpmsg 5 #3', 'linux-rpmsg 5 #4: timeout'],
        mutations: [
          endpoints(
            'this.tx.send(this.channel, this.addr, this.channel.dst, data, true)',
            'this.tx.send(this.channel, this.channel.dst, this.addr, data, true)',
          ),
          endpoints(
            'this.tx.send(this.channel, this.addr, this.channel.dst, data, false)',
            'this.tx.send(this.channel, this.channel.dst, this.addr, data, false)',
          ),
          endpoints(
            'this.tx.send(this.channel, this.addr, this.channel.dst, data, true)',
            'this.tx.send(this.channel, this.addr, this.channel.dst, data, false)',
          ),
        ],
      },
    ),
    row(
      'rpmsg 5.sendto',
      "rpmsg_sendto and trysendto go from the endpoint's address to any; only the first waits.",
      {
        tests: [core('linux-rpmsg 5 call #2')],
        mutations: [
          endpoints(
            'this.tx.send(this.channel, this.addr, dst, data, true)',
            'this.tx.send(this.channel, this.addr, this.channel.dst, data, true)',
          ),
          endpoints(
            'this.tx.send(this.channel, this.addr, dst, data, false)',
            'this.tx.send(this.channel, this.addr, this.channel.dst, data, false)',
          ),
          endpoints(
            'this.tx.send(this.channel, this.addr, dst, data, true)',
            'this.tx.send(this.channel, this.addr, dst, data, false)',
          ),
          endpoints(
            'this.tx.send(this.channel, this.addr, dst, data, false)',
            'this.tx.send(this.channel, this.addr, dst, data, true)',
          ),
        ],
      },
    ),
    row('rpmsg 5.offchannel', 'rpmsg_send_offchannel and its try form take both addresses.', {
      kernels: ['6.1', '6.12'],
      tests: [core('linux-rpmsg 5 call #3')],
      mutations: [
        endpoints('tx.send(channel, src, dst, data, true)', 'tx.send(channel, addr, dst, data, true)'),
        endpoints('tx.send(channel, src, dst, data, false)', 'tx.send(channel, src, dst, data, true)'),
      ],
    }),
    row('rpmsg 5.no-offchannel', 'There are no offchannel sends.', {
      kernels: ['7.2'],
      tests: [core('linux-rpmsg 5 call #3: 7.2 has no')],
      mutations: [
        endpoints('    } else {\n      this.sendOffchannel', '    }\n    {\n      this.sendOffchannel'),
      ],
    }),
    row('rpmsg 5.no-endpoint', 'Without an endpoint each call warns and returns -EINVAL, rpmsg_poll 0.', {
      tests: [
        core('linux-rpmsg 5: without an endpoint each'),
        core('linux-rpmsg 5: a driver without a callback'),
      ],
      mutations: [
        calls(
          'this.kernel.log.warn({ prefix',
          'if (what) return -EINVAL;\n    this.kernel.log.warn({ prefix',
        ),
        calls('rpmsg_core.c ${what}`);\n    return -EINVAL;', 'rpmsg_core.c ${what}`);\n    return -ENXIO;'),
      ],
    }),
    row('rpmsg 5.no-op', 'An operation that the transport lacks is -ENXIO.', {
      tests: [core('linux-rpmsg 5: an operation that the transport lacks')],
      mutations: [calls('ept.send?.(data) ?? -ENXIO', 'ept.send?.(data) ?? -EINVAL')],
    }),
    row('rpmsg 5.mtu', 'rpmsg_get_mtu is 496.', {
      tests: [core('linux-rpmsg 5: the MTU is 496')],
      mutations: [endpoints('MTU = RPMSG_BUF_SIZE - RpmsgHdr.size', 'MTU = RPMSG_BUF_SIZE')],
    }),
    row('rpmsg 5.flow-control', 'rpmsg_set_flow_control is -EOPNOTSUPP on virtio.', {
      tests: [core('linux-rpmsg 5: the MTU is 496, flow control')],
      mutations: [calls('?? -EOPNOTSUPP', '?? -ENXIO')],
    }),
    row('rpmsg 5.poll-never', 'rpmsg_poll never reports EPOLLOUT.', {
      kernels: ['6.1', '6.12'],
      tests: [core('linux-rpmsg 5: poll: never')],
      mutations: [
        endpoints("if (kernel.version === '7.2') {", "if (kernel.version !== '6.1') {"),
        endpoints("if (kernel.version === '7.2') {", "if (kernel.version !== '6.12') {"),
      ],
    }),
    row(
      'rpmsg 5.poll',
      'rpmsg_poll reports EPOLLOUT while a send buffer is unused or the used ring of ring 1 is not empty.',
      {
        kernels: ['7.2'],
        tests: [core('linux-rpmsg 5: poll: EPOLLOUT while')],
        mutations: [
          transmit('this.lastSbuf < this.buffers.half || ', ''),
          transmit(' || this.svq.moreUsed;', ';'),
          endpoints('(tx.ready ? EPOLLOUT : 0)', '0'),
        ],
      },
    ),
  ],
};

const rowIn = rowsOf('test/host-sim/rpmsg/receive.test.ts');

export const receivingRows: RowGroup = {
  title: 'rpmsg 6 and 7: receiving, endpoints',
  rows: [
    rowIn(
      'rpmsg 6.interrupt',
      'An interrupt drains the used ring, with one kick of ring 0 at the end; without a new entry nothing runs.',
      {
        tests: [
          'a message reaches',
          'linux-rpmsg 6: no kick for given',
          'linux-rpmsg 6: an interrupt without',
        ],
        mutations: [
          receive('if (received > 0) this.rvq.kick();', ''),
          receive('      received++;\n    }', '      received++;\n      this.rvq.kick();\n    }'),
          virtqueue('if (this.moreUsed && !this.broken) this.callback', 'if (!this.broken) this.callback'),
        ],
      },
    ),
    rowIn(
      'rpmsg 6.1',
      'used.len above 512 or a header length that does not fit: `inbound msg too big: (%d, %d)`; draining stops and the buffer is lost. A used.len below 16 wraps and passes.',
      {
        tests: ['linux-rpmsg 6 #1'],
        mutations: [
          receive('usedLen > RPMSG_BUF_SIZE || ', ''),
          receive('len > (usedLen - HDR) >>> 0', 'len > usedLen - HDR'),
          receive('len > (usedLen - HDR) >>> 0', 'len > usedLen'),
          receive('inbound msg too big: (${usedLen}, ${len})', 'inbound msg too big: (${len}, ${usedLen})'),
          receive('< 0) break;', '< 0) continue;'),
        ],
      },
    ),
    rowIn(
      'rpmsg 6.2',
      'The endpoint of dst gets the message; without one it is dropped: `msg received with no recipient`, rate-limited.',
      {
        tests: ['a message reaches', 'linux-rpmsg 6 #2'],
        mutations: [
          receive('this.endpoints.find(dst)', 'this.endpoints.find(src)'),
          receive('else this.dropped();', ''),
          receive("if (missed >= 0) log.warn(this.vdev, 'msg", "log.warn(this.vdev, 'msg"),
          receive('bytes.subarray(at + HDR, at + HDR + len)', 'bytes.subarray(at + HDR, at + HDR + len + 1)'),
        ],
      },
    ),
    rowIn(
      'rpmsg 6.3',
      'The same buffer is posted again with 512 bytes; if that fails (`failed to add a virtqueue buffer: %d`) draining stops.',
      {
        tests: ['a message reaches', 'linux-rpmsg 6 #2', announce('linux-rpmsg 6 #3')],
        mutations: [
          receive(
            'const posted = this.rvq.addInbuf(this.buffers.addressOf(index), RPMSG_BUF_SIZE, index);',
            'const posted = 0 as number;',
          ),
          receive('if (posted < 0) log.err(this.vdev, `failed', 'if (posted > 0) log.err(this.vdev, `failed'),
          receive('return posted;', 'return 0;'),
        ],
      },
    ),
    rowIn(
      'rpmsg 6.serial',
      'Callbacks of a queue run one after the other; one that sends may block and delays those behind.',
      {
        tests: [
          inTest('test/host-sim/rpmsg/send.test.ts')('linux-rpmsg 5 and 6: a callback that sends may block'),
        ],
        mutations: [virtqueue('if (this.inCallback) {', 'if (false) {')],
      },
    ),
    rowIn('rpmsg 3.broken', 'A used id that is not outstanding breaks the ring for good.', {
      tests: ['a broken ring'],
      mutations: [
        virtqueue('this.broken = true;', ''),
        receive("log.err(this.vdev, 'uhm, incoming signal, but no used buffer ?');", ''),
      ],
    }),
    rowIn('rpmsg 7.any', 'An endpoint for any address gets the lowest free one from 1024 on.', {
      tests: ['linux-rpmsg 7: endpoints: lowest free'],
      mutations: [
        abi('RPMSG_RESERVED_ADDRESSES = 0x400', 'RPMSG_RESERVED_ADDRESSES = 0x401'),
        endpoints('this.addresses.free(endpoint.addr);', ''),
      ],
    }),
    rowIn(
      'rpmsg 7.fixed',
      'A fixed address is taken exactly, also below 1024; one that is taken: `idr_alloc failed: -28`.',
      {
        tests: ['linux-rpmsg 7: endpoints: lowest free'],
        mutations: [
          endpoints('return this.addresses.take(addr) ? 0 : -ENOSPC;', 'return 0;'),
          endpoints(
            'return this.addresses.take(addr) ? 0 : -ENOSPC;',
            'return this.addresses.take(addr) ? 0 : -EINVAL;',
          ),
          endpoints(
            'addr === RPMSG_ADDR_ANY ? this.addresses.next() : addr',
            'addr === 7 || addr === RPMSG_ADDR_ANY ? this.addresses.next() : addr',
          ),
          endpoints('idr_alloc failed: ', 'no address: '),
        ],
      },
    ),
    rowIn('rpmsg 7.shared', 'All channels of a vdev share one address space.', {
      tests: [channels('linux-rpmsg 7 and 8: a driver that is registered late')],
      mutations: [
        endpoints(
          'const local = addr === RPMSG_ADDR_ANY ? this.addresses.next() : addr;',
          'const local = addr === RPMSG_ADDR_ANY ? 1024 : addr;',
        ),
      ],
    }),
    rowIn('rpmsg 7.destroy', 'A destroyed endpoint gets no more messages.', {
      tests: ['linux-rpmsg 7: endpoints: lowest free', 'linux-rpmsg 7: a destroyed endpoint'],
      mutations: [endpoints('this.byAddress.delete(endpoint.addr);', '')],
    }),
    rowIn(
      'rpmsg 7.default',
      "The bus makes a channel's default endpoint before the driver's probe if the driver has a callback; src becomes its address.",
      {
        tests: [
          channels('linux-rpmsg 7 and 8: matching: the whole name; host addresses'),
          channels('linux-rpmsg 7 and 8: a driver without a callback'),
        ],
        mutations: [bus('device.src = ept.addr;', ''), bus('if (driver.callback) {', 'if (true) {')],
      },
    ),
  ],
};
