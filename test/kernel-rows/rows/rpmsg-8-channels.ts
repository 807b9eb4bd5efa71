import { inSource, inTest, type RowGroup, rowsOf } from '../row.js';

const row = rowsOf('test/host-sim/rpmsg/channels.test.ts');
const announce = inTest('test/host-sim/rpmsg/announce.test.ts');
const ns = inSource('host-sim/rpmsg/name-service.ts');
const virtio = inSource('host-sim/rpmsg/virtio-rpmsg-bus.ts');
const device = inSource('host-sim/rpmsg/device.ts');
const bus = inSource('host-sim/rpmsg/bus.ts');
const abi = inSource('runtime/abi/rpmsg.ts');

export const channelRows: RowGroup = {
  title: 'rpmsg 8: channels and the name service',
  rows: [
    row('rpmsg 8.1', 'A payload that is not 40 bytes: `malformed ns msg (%d)`, dropped.', {
      tests: ['linux-rpmsg 8 #1'],
      mutations: [
        ns('if (data.length !== RpmsgNsMsg.size) {', 'if (data.length < RpmsgNsMsg.size) {'),
        ns('if (data.length !== RpmsgNsMsg.size) {', 'if (data.length > RpmsgNsMsg.size) {'),
        ns('malformed ns msg (${data.length})', 'malformed ns msg'),
      ],
    }),
    row(
      'rpmsg 8.2',
      '`creating channel %s addr 0x%x` or `destroying channel %s addr 0x%x`, with the prefix of the virtio device.',
      {
        tests: ['linux-rpmsg 8 #2 #3', 'linux-rpmsg 8 #4'],
        mutations: [
          ns("${destroy ? 'destroy' : 'creat'}ing", "${destroy ? 'creat' : 'destroy'}ing"),
          ns('addr 0x${addr.toString(16)}', 'addr ${addr}'),
        ],
      },
    ),
    row(
      'rpmsg 8.3',
      'CREATE makes the device `<virtio dev>.<name>.<src>.<dst>` in signed decimals; the same name and address: `channel %s:%x:%x already exist`, `rpmsg_create_channel failed`.',
      {
        tests: [
          'linux-rpmsg 8 #2 #3',
          'linux-rpmsg 8 #3: addresses',
          'linux-rpmsg 8 #3: same name',
          announce('linux-rpmsg 8 #3'),
        ],
        mutations: [
          device('${info.src | 0}.${info.dst | 0}', '${info.src}.${info.dst | 0}'),
          device('${info.src | 0}.${info.dst | 0}', '${info.src | 0}.${info.dst}'),
          virtio('if (this.children.some((device) => device.fits(info))) {', 'if (false) {'),
          virtio('already exist`', 'already exists`'),
          ns("log.err(vdev, 'rpmsg_create_channel failed');", ''),
          device('(dst === RPMSG_ADDR_ANY || dst === this.dst) &&', ''),
        ],
      },
    ),
    row(
      'rpmsg 8.4',
      'DESTROY looks for name and address: the driver is removed; none: `rpmsg_destroy_channel failed: -22`. Only bit 0 of the flags counts.',
      {
        tests: ['linux-rpmsg 8 #4'],
        mutations: [
          ns('(flags & RPMSG_NS_DESTROY) !== 0', 'flags !== 0'),
          ns('if (result < 0) log.err', 'if (result > 0) log.err'),
          virtio(
            'if (!device) return -EINVAL;\n    this.removeDevice(device);',
            'if (!device) return -EINVAL;',
          ),
          abi('RPMSG_NS_DESTROY = 1', 'RPMSG_NS_DESTROY = 2'),
        ],
      },
    ),
    row('rpmsg 8.name', 'Byte 31 of the name is forced to NUL.', {
      tests: ['linux-rpmsg 8: a name without NUL'],
      mutations: [ns('message[RpmsgNsMsg.offset.addr - 1] = 0;', 'message[RpmsgNsMsg.offset.addr - 2] = 0;')],
    }),
    row(
      'rpmsg 8.silent',
      'The host does not answer an announcement; without a driver src stays any and nobody listens.',
      {
        tests: ['linux-rpmsg 8: the host does not answer', 'linux-rpmsg 8 #2 #3'],
        mutations: [
          ns(
            'const info = { name, src: RPMSG_ADDR_ANY, dst: addr };',
            'channel.ept!.sendto(data, addr);\n  const info = { name, src: RPMSG_ADDR_ANY, dst: addr };',
          ),
          ns(
            'const info = { name, src: RPMSG_ADDR_ANY, dst: addr };',
            'const info = { name, src: 0, dst: addr };',
          ),
        ],
      },
    ),
    row(
      'rpmsg 8.no-service',
      'Without F_NS, or while the rpmsg_ns driver is not loaded, announcements have no recipient.',
      {
        tests: [
          announce('linux-rpmsg 8: without the rpmsg_ns driver'),
          inTest('test/host-sim/rpmsg/receive.test.ts')('linux-rpmsg 4 and 8: without F_NS'),
        ],
        mutations: [
          virtio('if (this.hasNameService) this.addOverride', 'this.addOverride'),
          bus('for (const device of [...this.all]) this.attach(entry, device);\n    return 0;', 'return 0;'),
        ],
      },
    ),
    row(
      'rpmsg 8.announce',
      'A channel with a fixed local address is announced from it to 53: CREATE after the probe, DESTROY at the removal.',
      {
        tests: [
          announce('linux-rpmsg 8: announce: CREATE'),
          announce('linux-rpmsg 8: nothing is announced: no fixed'),
        ],
        mutations: [
          virtio('announce: src !== RPMSG_ADDR_ANY', 'announce: false'),
          virtio('announce: src !== RPMSG_ADDR_ANY', 'announce: true'),
          bus('device.ops.announce(device, RPMSG_NS_DESTROY);', ''),
          virtio('ept.sendto(message, RPMSG_NS_ADDR)', 'ept.sendto(message, 54)'),
          virtio('addr: ept.addr, flags', 'addr: channel.dst, flags'),
        ],
      },
    ),
    row(
      'rpmsg 8.announce-not',
      'Nothing is announced without F_NS, without a driver or without a default endpoint.',
      {
        tests: [announce('linux-rpmsg 8: nothing is announced')],
        mutations: [
          virtio(' || !this.hasNameService) return 0;', ') return 0;'),
          bus(
            'result = device.ops.announce(device, RPMSG_NS_CREATE);',
            'result = device.createEpt(() => {})!.sendto(new Uint8Array(40), 53);',
          ),
        ],
      },
    ),
    row(
      'rpmsg 8.announce-fails',
      'An announcement that fails: `failed to announce service %d`, and the probe is undone.',
      {
        tests: [announce('linux-rpmsg 8: an announcement that fails')],
        mutations: [
          virtio(
            'if (result !== 0) this.bus.kernel.log.err(channel, `failed',
            'if (result > 0) this.bus.kernel.log.err(channel, `failed',
          ),
          bus(
            "log.err(device, 'failed to announce creation');\n      driver.remove?.(device);",
            "log.err(device, 'failed to announce creation');",
          ),
        ],
      },
    ),
    row(
      'rpmsg 8.match',
      'driver_override decides alone where there is one; else the id table, whole names.',
      {
        tests: [announce('linux-rpmsg 8: matching'), 'linux-rpmsg 7 and 8: matching: the whole name'],
        mutations: [
          bus('if (device.driverOverride !== undefined) return device.driverOverride === name;', ''),
          bus(
            'if (device.driverOverride !== undefined) return device.driverOverride === name;',
            'if (device.driverOverride === name) return true;',
          ),
          bus('idTable.includes(device.name)', 'idTable.some((id) => device.name.startsWith(id))'),
        ],
      },
    ),
    row(
      'rpmsg 8.probe',
      'Default endpoint, then probe; a probe that fails: `rpmsg_dev_probe: failed: %d`, and no endpoint is left.',
      {
        tests: ['linux-rpmsg 8: probe fails'],
        mutations: [
          bus('log.err(device, `rpmsg_dev_probe: failed: ${result}`);', ''),
          bus('    ept?.destroy();\n    device.ept = undefined;\n    return result;', '    return result;'),
        ],
      },
    ),
    row('rpmsg 8.late', 'A driver that is loaded late binds the channels that wait.', {
      tests: ['linux-rpmsg 7 and 8: a driver that is registered late'],
      mutations: [
        bus('for (const device of [...this.all]) this.attach(entry, device);\n    return 0;', 'return 0;'),
        bus('if (device.driver || ', 'if ('),
      ],
    }),
    row(
      'rpmsg 8.sysfs',
      'sysfs: name, src and dst (`0x%x`), announce, modalias `rpmsg:<name>`, driver_override.',
      {
        tests: [announce('linux-rpmsg 8: sysfs attributes')],
        mutations: [
          device('name: { show: () => `${this.name}\\n` }', 'name: { show: () => this.name }'),
          device('src: { show: () => `0x${this.src.toString(16)}', 'src: { show: () => `${this.src}'),
          device('dst: { show: () => `0x${this.dst.toString(16)}', 'dst: { show: () => `${this.dst}'),
          device('`${this.announce}\\n`', '`${Number(this.announce)}\\n`'),
          device('rpmsg:${this.name}', '${this.name}'),
          device("this.driverOverride ?? '(null)'", "this.driverOverride ?? ''"),
        ],
      },
    ),
  ],
};
