import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/rpmsg/chrdev.test.ts');
const channels = inTest('test/host-sim/rpmsg/channels.test.ts');
const ttys = inTest('test/host-sim/rpmsg/tty.test.ts');
const ctrl = inSource('host-sim/rpmsg/rpmsg-ctrl.ts');
const char = inSource('host-sim/rpmsg/rpmsg-char.ts');
const device = inSource('host-sim/rpmsg/device.ts');
const tty = inSource('host-sim/rpmsg/rpmsg-tty.ts');
const sample = inSource('host-sim/rpmsg/client-sample.ts');

export const characterDevices: RowGroup = {
  title: 'rpmsg 9: character devices',
  rows: [
    row(
      'rpmsg 9.ctrl',
      '/dev/rpmsg_ctrlN comes with the control device and goes with it; without the driver there is none.',
      {
        tests: ['the control node comes', 'linux-rpmsg 9: without the rpmsg_ctrl driver'],
        mutations: [ctrl('this.chars.nodes.dev.unregister(`/dev/${this.name}`);', '')],
      },
    ),
    row(
      'rpmsg 9.argument',
      'The 40 bytes of the argument are copied before the ioctl is looked at: a bad pointer is -EFAULT.',
      {
        tests: ['linux-rpmsg 9: the argument is copied first'],
        mutations: [
          ctrl('return -EFAULT;', 'return -EINVAL;'),
          ctrl('arg.length < RpmsgEndpointInfo.size', 'arg.length < RpmsgEndpointInfo.size - 4'),
        ],
      },
    ),
    row(
      'rpmsg 9.create-ept',
      'RPMSG_CREATE_EPT_IOCTL 0x4028B501: a new /dev/rpmsgN, whose endpoint exists from open to close.',
      {
        tests: ['linux-rpmsg 9 ctrl #1'],
        mutations: [
          ctrl('0x4028b501', '0x4028b502'),
          char(
            'if (this.ept && !this.defaultEpt) this.ept.destroy();\n    this.ept = undefined;\n    this.queue.length = 0;',
            'this.queue.length = 0;',
          ),
          char('src: { show: () => `${src | 0}\\n` }', 'src: { show: () => `${src}\\n` }'),
        ],
      },
    ),
    row(
      'rpmsg 9.create-dev',
      'RPMSG_CREATE_DEV_IOCTL 0x4028B503: a new local channel; -ENXIO if there is one.',
      {
        tests: ['linux-rpmsg 9 ctrl #2'],
        mutations: [ctrl('0x4028b503', '0x4028b505'), ctrl('return -ENXIO;', 'return -EINVAL;')],
      },
    ),
    row(
      'rpmsg 9.release-dev',
      'RPMSG_RELEASE_DEV_IOCTL 0x4028B504: the channel of name, src and dst goes, any address fits all; none is -EINVAL.',
      {
        tests: ['linux-rpmsg 9 ctrl #3'],
        mutations: [
          ctrl('0x4028b504', '0x4028b506'),
          device('(src === RPMSG_ADDR_ANY || src === this.src) &&', 'src === this.src &&'),
          device('(dst === RPMSG_ADDR_ANY || dst === this.dst) &&', 'dst === this.dst &&'),
          ctrl('    return result;\n  }', '    return 0;\n  }'),
        ],
      },
    ),
    row('rpmsg 9.ctrl-other', 'Other ioctls of the control node are -EINVAL.', {
      tests: ['linux-rpmsg 9 ctrl #4'],
      mutations: [ctrl('default:\n        return -EINVAL;', 'default:\n        return 0;')],
    }),
    row('rpmsg 9.open', 'open of a node that is open is -EBUSY.', {
      tests: ['linux-rpmsg 9 op #1'],
      mutations: [char('if (this.ept) return -EBUSY;', '')],
    }),
    row('rpmsg 9.open-taken', 'open of an endpoint whose address is taken is -EINVAL.', {
      tests: ['linux-rpmsg 9 op #1'],
      mutations: [
        char(
          'failed to open ${this.info.name}`);\n      return -EINVAL;',
          'failed to open ${this.info.name}`);\n      return -EBUSY;',
        ),
      ],
    }),
    row('rpmsg 9.open-gone', 'open of a node whose device was destroyed is -ENETRESET.', {
      tests: ['linux-rpmsg 9 op #1', 'linux-rpmsg 9 ctrl: a file that outlives'],
      mutations: [char('if (!this.channel) return -ENETRESET;', 'if (!this.channel) return -EINVAL;')],
    }),
    row(
      'rpmsg 9.read',
      'read: one message, the rest of a longer one is lost; empty: -EAGAIN with O_NONBLOCK, else it waits; endpoint gone -EPIPE; signal -ERESTARTSYS.',
      {
        tests: ['linux-rpmsg 9 op #2'],
        mutations: [
          char(
            'return this.queue.shift()!.subarray(0, len);',
            'const [first] = this.queue;\n    const part = first.subarray(0, len);\n    if (part.length === first.length) this.queue.shift();\n    else this.queue[0] = first.subarray(len);\n    return part;',
          ),
          char('if (nonblock) return -EAGAIN;', 'if (nonblock) return new Uint8Array(0);'),
          char('return -ERESTARTSYS;', 'return -EPIPE;'),
          char('if (!this.ept) return -EPIPE;\n    }', 'if (!this.ept) return -EAGAIN;\n    }'),
        ],
      },
    ),
    row(
      'rpmsg 9.write',
      'write: one message to the stored dst; -ENOMEM becomes -EAGAIN with O_NONBLOCK; endpoint gone -EPIPE; the length.',
      {
        tests: ['linux-rpmsg 9 op #3'],
        mutations: [
          char('if (nonblock && result === -ENOMEM) result = -EAGAIN;', ''),
          char('return result < 0 ? result : data.length;', 'return result;'),
          char(
            'nonblock ? this.ept.trysendto(data, dst) : this.ept.sendto(data, dst)',
            'this.ept.trysendto(data, dst)',
          ),
          char(
            'if (!this.ept) return -EPIPE;\n    const { dst }',
            'if (!this.ept) return -EINVAL;\n    const { dst }',
          ),
        ],
      },
    ),
    row(
      'rpmsg 9.poll',
      'poll: EPOLLIN if something is queued, EPOLLOUT as in section 5, EPOLLERR without an endpoint.',
      {
        tests: ['linux-rpmsg 9 op #4'],
        mutations: [
          char('if (!this.ept) return EPOLLERR;', 'if (!this.ept) return 0;'),
          char('this.queue.length > 0 ? EPOLLIN : 0', '0'),
          char(' | this.nodes.core.poll(this.ept);', ';'),
        ],
      },
    ),
    row('rpmsg 9.destroy', 'RPMSG_DESTROY_EPT_IOCTL 0xB502: the node goes; -EINVAL for a default endpoint.', {
      tests: ['linux-rpmsg 9 op #5'],
      mutations: [
        char('0xb502', '0xb503'),
        char('if (this.defaultEpt) return -EINVAL;', ''),
        char('this.nodes.dev.unregister(`/dev/${this.name}`);', ''),
      ],
    }),
    row(
      'rpmsg 9.flow-control',
      'RPMSG_GET_OUTGOING_FLOWCONTROL gives 0; RPMSG_SET_INCOMING_FLOWCONTROL: above 1 -EINVAL, else -EOPNOTSUPP.',
      {
        kernels: ['6.12', '7.2'],
        tests: ['linux-rpmsg 9 op #6 #7: flow control ioctls on virtio'],
        mutations: [
          char('0x8004b505', '0x8004b507'),
          char('0x8004b506', '0x8004b508'),
          char('arg.fill(0, 0, 4);', ''),
          char("typeof arg !== 'number' || arg > 1", "typeof arg !== 'number'"),
        ],
      },
    ),
    row('rpmsg 9.no-flow-control', 'The ioctls of flow control are not there: -EINVAL.', {
      kernels: ['6.1'],
      tests: ['linux-rpmsg 9 op #6 #7: flow control ioctls are not'],
      mutations: [char("if (this.nodes.kernel.version === '6.1') return -EINVAL;", '')],
    }),
    row('rpmsg 9.close', 'close purges the queue.', {
      tests: ['linux-rpmsg 9 op #8'],
      mutations: [char('this.queue.length = 0;', '')],
    }),
    row(
      'rpmsg 9.raw',
      'A channel `rpmsg-raw` gets a node that uses its default endpoint; messages are queued from its creation on, without limit.',
      {
        tests: ['linux-rpmsg 9 op #8', 'linux-rpmsg 9 and 10: rpmsg-raw channels'],
        mutations: [
          char(
            'callback: (channel, data) => this.bound.get(channel)!.queue.push(data.slice()),',
            'callback: () => {},',
          ),
          char(
            "idTable: version === '6.1' ? ['rpmsg-raw'] : ['rpmsg-raw', 'rpmsg_chrdev'],",
            "idTable: ['rpmsg_chrdev'],",
          ),
        ],
      },
    ),
    row('rpmsg 9.chrdev', 'The id table has `rpmsg_chrdev` as well.', {
      kernels: ['6.12', '7.2'],
      tests: ['linux-rpmsg 9: the name rpmsg_chrdev binds'],
      mutations: [
        char("version === '6.1' ? ['rpmsg-raw'] : ", "version !== '7.2' ? ['rpmsg-raw'] : "),
        char("version === '6.1' ? ['rpmsg-raw'] : ", ''),
      ],
    }),
    row('rpmsg 9.sysfs', '/sys/class/rpmsg/rpmsgN has name, src and dst in decimal.', {
      tests: ['linux-rpmsg 9 ctrl #1: any address'],
      mutations: [
        char('name: { show: () => `${name}\\n` }', 'name: { show: () => name }'),
        char('src: { show: () => `${src | 0}\\n` }', 'src: { show: () => `0x${src}\\n` }'),
        char('dst: { show: () => `${dst | 0}\\n` }', 'dst: { show: () => `0x${dst}\\n` }'),
      ],
    }),
  ],
};

export const hostDrivers: RowGroup = {
  title: 'rpmsg 10: stock drivers of the host',
  rows: [
    row(
      'rpmsg 10.sample',
      'rpmsg_client_sample: `new channel: 0x%x -> 0x%x!` and `hello world!`; each message: `incoming msg %d (src: 0x%x)` and hello again, until `count`: `goodbye!`.',
      {
        tests: [channels('linux-rpmsg 10 #1')],
        mutations: [
          sample("'hello world!'", "'hello world'"),
          sample('new channel: 0x${channel.src', 'new channel: ${channel.src'),
          sample('return send(channel);', 'return 0;'),
          sample('incoming msg ${number} (src: 0x', 'incoming msg (src: 0x'),
          sample('if (number >= count) {', 'if (number > count) {'),
          sample("log.info(channel, 'goodbye!');", ''),
          sample('count = 100', 'count = 99'),
          sample('      send(channel);\n    },', '    },'),
        ],
      },
    ),
    row(
      'rpmsg 10.tty-write',
      'rpmsg_tty: writes go out in messages of at most 496 bytes without waiting; -ENOMEM without a buffer.',
      {
        tests: [ttys('linux-rpmsg 10 #2: write')],
        mutations: [
          tty('data.subarray(0, core.getMtu(ept))', 'data.subarray(0, 400)'),
          tty('core.trysend(ept, message)', 'core.send(ept, message)'),
          tty('if (result < 0) return written || result;', 'if (result < 0) return written;'),
        ],
      },
    ),
    row(
      'rpmsg 10.tty-read',
      'rpmsg_tty: bytes are pushed to the tty, an empty message is rejected; overflow: `Trunc buffer: available space is %d`.',
      {
        tests: [ttys('linux-rpmsg 10 #2: receive')],
        mutations: [
          tty('if (copied === data.length) return;', 'return;'),
          tty('Trunc buffer: available space is ${copied}', 'Trunc buffer'),
          tty('this.waiting += taken.length;', ''),
        ],
      },
    ),
    row('rpmsg 10.tty-count', 'rpmsg_tty: /dev/ttyRPMSGn, 32 at most.', {
      tests: [ttys('linux-rpmsg 10 #2: 32 ttys')],
      mutations: [
        tty('MAX_TTY_RPMSG = 32', 'MAX_TTY_RPMSG = 33'),
        tty('MAX_TTY_RPMSG = 32', 'MAX_TTY_RPMSG = 31'),
      ],
    }),
    row('rpmsg 10.raw', 'rpmsg_chrdev binds `rpmsg-raw` (section 9), rpmsg_ctrl the control device.', {
      tests: ['linux-rpmsg 9 and 10: rpmsg-raw channels', 'the control node comes'],
      mutations: [
        char(
          "idTable: version === '6.1' ? ['rpmsg-raw'] : ['rpmsg-raw', 'rpmsg_chrdev'],",
          "idTable: ['rpmsg_chrdev'],",
        ),
      ],
    }),
  ],
};
