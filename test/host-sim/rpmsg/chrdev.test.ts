/** linux-rpmsg.md section 9: /dev/rpmsg_ctrlN and /dev/rpmsgN. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { O_NONBLOCK, O_RDWR, type OpenFile } from '../../../host-sim/dev-nodes.js';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { nsPayload } from '../../support/sim-remote.js';
import { RecordingDriver, type RpmsgOptions, rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 10_000;
const ANY = 0xffffffff;
const CREATE_EPT = 0x4028b501;
const CREATE_DEV = 0x4028b503;
const RELEASE_DEV = 0x4028b504;
const DESTROY_EPT = 0xb502;
const GET_OUTGOING = 0x8004b505;
const SET_INCOMING = 0x8004b506;
const [IN, OUT, ERR] = [1, 4, 8];

/** `struct rpmsg_endpoint_info`: the layout of a name service message without its flags, and dst. */
function info(name: string, src: number, dst: number): Uint8Array {
  return nsPayload(name, src, dst);
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const textOf = (result: Uint8Array | number): string | number =>
  typeof result === 'number' ? result : Buffer.from(result).toString();

async function booted(options: RpmsgOptions = {}) {
  const parts = await rpmsgBench(options);
  const { dev, sysfs, scheduler } = parts.bench.sim;
  const open = (path: string, flags = O_RDWR): OpenFile => {
    const file = dev.open(path, flags);
    if (typeof file === 'number') throw new Error(`${path}: ${file}`);
    return file;
  };
  parts.lines();
  return { ...parts, dev, sysfs, scheduler, open, ctrl: open('/dev/rpmsg_ctrl0') };
}

/** A channel named rpmsg-raw at the remote's address 1033, with its node. */
async function raw(options: RpmsgOptions = {}) {
  const parts = await booted(options);
  parts.bench.sim.registerDriver(parts.bench.sim.rpmsgChar.driver());
  parts.remote.announce('rpmsg-raw', 1033);
  parts.lines();
  return parts;
}

test(
  'linux-rpmsg 9, 10 #4: the control node comes with the device and goes with it',
  deadline(LIMIT, async () => {
    const { bench, dev, ctrl } = await booted();
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg_ctrl0']);
    assert.equal([ctrl.read(1), ctrl.write(bytes('x'))], [-22, -22]);
    await bench.sim.stop();
    assert.equal(dev.list('/dev/rpmsg'), []);
    assert.is(dev.open('/dev/rpmsg_ctrl0'), -2);
    assert.is(ctrl.close(), 0);
    await bench.start();
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg_ctrl0']);
  }),
);

test(
  'linux-rpmsg 9: without the rpmsg_ctrl driver there is no control node',
  deadline(LIMIT, async () => {
    const { bench } = await rpmsgBench({ without: ['rpmsg_ctrl'] });
    assert.equal(bench.sim.dev.list('/dev/rpmsg'), []);
  }),
);

test(
  'linux-rpmsg 9: the argument is copied first: a bad pointer is -EFAULT even for an unknown ioctl',
  deadline(LIMIT, async () => {
    const { ctrl, dev } = await booted();
    for (const cmd of [CREATE_EPT, CREATE_DEV, RELEASE_DEV, 1]) {
      assert.is(ctrl.ioctl(cmd, 0), -14);
      assert.is(ctrl.ioctl(cmd, new Uint8Array(39)), -14);
    }
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg_ctrl0']);
  }),
);

test(
  'linux-rpmsg 9 ctrl #1: CREATE_EPT: the node at once, its endpoint from open to close',
  deadline(LIMIT, async () => {
    const { ctrl, dev, sysfs, remote, open, lines } = await booted();
    assert.is(ctrl.ioctl(CREATE_EPT, info('my-endpoint', 77, 5)), 0);
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg0', '/dev/rpmsg_ctrl0']);
    const shown = ['name', 'src', 'dst'].map((file) => sysfs.read(`/sys/class/rpmsg/rpmsg0/${file}`));
    assert.equal(shown, ['my-endpoint\n', '77\n', '5\n']);
    remote.send(5, 77, 'early');
    assert.equal(lines(), ['msg received with no recipient']);
    const file = open('/dev/rpmsg0');
    assert.is(file.write(bytes('ping')), 4);
    assert.equal(remote.receive(), { src: 77, dst: 5, data: bytes('ping') });
    remote.send(5, 77, 'pong');
    assert.is(textOf(file.read(100)), 'pong');
    assert.is(file.close(), 0);
    remote.send(5, 77, 'late');
    assert.equal(lines(), ['msg received with no recipient']);
  }),
);

test(
  'linux-rpmsg 9 ctrl #1: any address is chosen at each open; sysfs shows decimals, -1 for any; the name is cut',
  deadline(LIMIT, async () => {
    const { ctrl, sysfs, remote, open } = await booted();
    ctrl.ioctl(CREATE_EPT, info('abcdefghijklmnopqrstuvwxyz0123456789', ANY, 5));
    assert.is(sysfs.read('/sys/class/rpmsg/rpmsg0/src'), '-1\n');
    assert.is(sysfs.read('/sys/class/rpmsg/rpmsg0/dst'), '5\n');
    assert.is(sysfs.read('/sys/class/rpmsg/rpmsg0/name'), 'abcdefghijklmnopqrstuvwxyz01234\n');
    const file = open('/dev/rpmsg0');
    file.write(bytes('x'));
    assert.is(remote.receive()!.src, 1024);
  }),
);

test(
  'linux-rpmsg 9 ctrl #2: CREATE_DEV: a local channel, announced with its address; -ENXIO when it exists',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'svc');
    const { ctrl, remote, lines } = await booted({ drivers: [driver] });
    assert.is(ctrl.ioctl(CREATE_DEV, info('svc', 600, ANY)), 0);
    assert.equal(driver.events, ['probe virtio0.svc.600.-1 src 600']);
    assert.equal(remote.receive(), { src: 600, dst: 53, data: nsPayload('svc', 600) });
    assert.is(ctrl.ioctl(CREATE_DEV, info('svc', 600, ANY)), -6);
    assert.equal(lines(), [
      'channel svc:258:ffffffff already exist',
      'rpmsg rpmsg_ctrl0: failed to create svc channel',
    ]);
  }),
);

test(
  'linux-rpmsg 9 ctrl #3: RELEASE_DEV: by name, src and dst, any address as wildcard; none is -EINVAL',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'svc');
    const { ctrl, bench, lines } = await booted({ drivers: [driver] });
    for (const [src, dst] of [
      [600, 1],
      [601, 2],
      [602, 3],
    ])
      ctrl.ioctl(CREATE_DEV, info('svc', src, dst));
    const left = () => bench.sim.channels.map(({ src }) => src);
    assert.is(ctrl.ioctl(RELEASE_DEV, info('svc', 601, 1)), -22);
    assert.is(ctrl.ioctl(RELEASE_DEV, info('other', ANY, ANY)), -22);
    assert.equal(lines(), [
      'rpmsg rpmsg_ctrl0: failed to release svc channel (-22)',
      'rpmsg rpmsg_ctrl0: failed to release other channel (-22)',
    ]);
    assert.is(ctrl.ioctl(RELEASE_DEV, info('svc', 601, ANY)), 0);
    assert.equal(left(), [600, 602]);
    assert.is(ctrl.ioctl(RELEASE_DEV, info('svc', ANY, 3)), 0);
    assert.equal(left(), [600]);
    assert.is(ctrl.ioctl(RELEASE_DEV, info('svc', ANY, ANY)), 0);
    assert.equal(left(), []);
  }),
);

test(
  'linux-rpmsg 9 ctrl #4: other ioctls are -EINVAL',
  deadline(LIMIT, async () => {
    const { ctrl } = await booted();
    for (const cmd of [0, DESTROY_EPT, 0x4028b502, 0x4028b505]) {
      assert.is(ctrl.ioctl(cmd, info('x', 1, 1)), -22);
    }
  }),
);

test(
  'linux-rpmsg 9 ctrl: a file that outlives its device: nothing can be made through it',
  deadline(LIMIT, async () => {
    const { ctrl, bench, dev, lines } = await booted();
    ctrl.ioctl(CREATE_EPT, info('x', 1, 1));
    await bench.sim.stop();
    assert.equal(dev.list('/dev/rpmsg'), []);
    lines();
    assert.is(ctrl.ioctl(CREATE_DEV, info('x', 1, 1)), -6);
    assert.is(ctrl.ioctl(RELEASE_DEV, info('x', 1, 1)), -22);
    assert.equal(lines().length, 4);
    assert.is(ctrl.ioctl(CREATE_EPT, info('x', 1, 1)), 0);
    assert.is(dev.open('/dev/rpmsg0'), -102);
    // The number is in use until the file is closed.
    await bench.start();
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg0', '/dev/rpmsg_ctrl1']);
    ctrl.close();
  }),
);

test(
  'linux-rpmsg 9 op #1: open: once at a time, -EBUSY; a taken address is -EINVAL; a destroyed one is gone',
  deadline(LIMIT, async () => {
    const { ctrl, dev, open, lines } = await booted();
    ctrl.ioctl(CREATE_EPT, info('a', 77, 5));
    ctrl.ioctl(CREATE_EPT, info('b', 77, 6));
    const file = open('/dev/rpmsg0');
    assert.is(dev.open('/dev/rpmsg0'), -16);
    assert.is(dev.open('/dev/rpmsg1'), -22);
    assert.equal(lines(), [
      'rpmsg_ctrl virtio0.rpmsg_ctrl.0.0: idr_alloc failed: -28',
      'rpmsg rpmsg1: failed to open b',
    ]);
    file.close();
    assert.is(typeof dev.open('/dev/rpmsg1'), 'object');
    assert.is(typeof dev.open('/dev/rpmsg0'), 'number');
  }),
);

test(
  'linux-rpmsg 9 op #2: read: one message each, the rest of a longer one is lost, -EAGAIN without waiting',
  deadline(LIMIT, async () => {
    const { remote, open } = await raw();
    const file = open('/dev/rpmsg0', O_RDWR | O_NONBLOCK);
    assert.is(file.read(10), -11);
    for (const text of ['one', 'a long message', '', 'x']) remote.send(1033, 1024, text);
    assert.equal(
      [100, 6, 10, 10, 10].map((len) => textOf(file.read(len))),
      ['one', 'a long', '', 'x', -11],
    );
  }),
);

test(
  'linux-rpmsg 9 op #2: read waits: until a message comes, a signal comes, or the endpoint goes',
  deadline(LIMIT, async () => {
    const { remote, open, scheduler, dev, ctrl } = await raw();
    const file = open('/dev/rpmsg0');
    const begin = scheduler.now;
    scheduler.at(begin + 25, () => remote.send(1033, 1024, 'late'));
    assert.is(textOf(file.read(10)), 'late');
    assert.is(scheduler.now, begin + 25);
    dev.signalAfterMs = 500;
    assert.is(file.read(10), -512);
    assert.is(scheduler.now, begin + 525);
    scheduler.at(begin + 600, () => remote.announce('rpmsg-raw', 1033, 1));
    assert.is(file.read(10), -32);
    assert.is(scheduler.now, begin + 600);
    assert.is(file.read(10), -32);
    assert.is(ctrl.close(), 0);
  }),
);

test(
  'linux-rpmsg 9 op #3: write: to the stored address; -EAGAIN, -EMSGSIZE, -EPIPE; waits without O_NONBLOCK',
  deadline(LIMIT, async () => {
    const { remote, open, scheduler, bench, lines } = await raw();
    const quick = open('/dev/rpmsg0', O_RDWR | O_NONBLOCK);
    for (const text of ['a', 'bc', '', 'd'.repeat(496)]) assert.is(quick.write(bytes(text)), text.length);
    assert.is(quick.write(bytes('x')), -11);
    assert.is(quick.write(new Uint8Array(497)), -90);
    assert.equal(lines(), ['rpmsg_chrdev virtio0.rpmsg-raw.-1.1033: message is too big (497)']);
    assert.equal(remote.receive(), { src: 1024, dst: 1033, data: bytes('a') });
    assert.is(quick.write(bytes('e')), 1);
    quick.close();
    const slow = open('/dev/rpmsg0');
    const begin = scheduler.now;
    scheduler.at(begin + 30, () => {
      remote.receive();
      bench.core.parts.events.kicked(1);
    });
    assert.is(slow.write(bytes('f')), 1);
    assert.is(scheduler.now, begin + 30);
    assert.is(slow.write(bytes('g')), -512);
    assert.is(scheduler.now, begin + 15030);
    remote.announce('rpmsg-raw', 1033, 1);
    assert.is(slow.write(bytes('h')), -32);
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-rpmsg 9 op #4: poll: EPOLLIN, EPOLLOUT ${kernel === '7.2' ? 'as section 5 says' : 'never'}, EPOLLERR (${kernel})`,
    deadline(LIMIT, async () => {
      const { remote, open } = await raw({ kernel });
      const out = kernel === '7.2' ? OUT : 0;
      const file = open('/dev/rpmsg0', O_RDWR | O_NONBLOCK);
      assert.is(file.poll(), out);
      remote.send(1033, 1024, 'x');
      assert.is(file.poll(), IN | out);
      for (let i = 0; i < 4; i++) file.write(bytes('y'));
      assert.is(file.poll(), IN);
      file.read(1);
      assert.is(file.poll(), 0);
      remote.announce('rpmsg-raw', 1033, 1);
      assert.is(file.poll(), ERR);
    }),
  );

  test(
    `linux-rpmsg 9 op #6 #7: flow control ioctls ${kernel === '6.1' ? 'are not there' : 'on virtio'} (${kernel})`,
    deadline(LIMIT, async () => {
      const { open } = await raw({ kernel });
      const file = open('/dev/rpmsg0');
      const old = kernel === '6.1';
      const flag = Uint8Array.of(9, 9, 9, 9);
      assert.is(file.ioctl(GET_OUTGOING, flag), old ? -22 : 0);
      assert.equal([...flag], old ? [9, 9, 9, 9] : [0, 0, 0, 0]);
      assert.is(file.ioctl(GET_OUTGOING, 0), old ? -22 : -14);
      assert.is(file.ioctl(SET_INCOMING, 2), -22);
      assert.is(file.ioctl(SET_INCOMING, 1), old ? -22 : -95);
      assert.is(file.ioctl(SET_INCOMING, 0), old ? -22 : -95);
      assert.is(file.ioctl(0xb501, 0), -22);
    }),
  );
}

test(
  'linux-rpmsg 9 op #5: DESTROY_EPT: the node goes, the open file has no endpoint; -EINVAL on a default endpoint',
  deadline(LIMIT, async () => {
    const { ctrl, dev, open, remote, lines } = await raw();
    assert.is(open('/dev/rpmsg0').ioctl(DESTROY_EPT, 0), -22);
    ctrl.ioctl(CREATE_EPT, info('e', 77, 5));
    const file = open('/dev/rpmsg1');
    assert.is(file.ioctl(DESTROY_EPT, 0), 0);
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg0', '/dev/rpmsg_ctrl0']);
    assert.equal([file.read(1), file.write(bytes('x')), file.poll()], [-32, -32, ERR]);
    remote.send(5, 77, 'x');
    assert.equal(lines(), ['msg received with no recipient']);
    // Its number stays in use until the file is closed.
    ctrl.ioctl(CREATE_EPT, info('f', 78, 5));
    assert.ok(dev.list('/dev/rpmsg').includes('/dev/rpmsg2'));
    file.close();
    ctrl.ioctl(CREATE_EPT, info('g', 79, 5));
    assert.ok(dev.list('/dev/rpmsg').includes('/dev/rpmsg1'));
  }),
);

test(
  'linux-rpmsg 9 op #8: close: the queue is purged; messages are queued from the channel on, open or not',
  deadline(LIMIT, async () => {
    const { remote, open, sysfs } = await raw();
    assert.is(sysfs.read('/sys/class/rpmsg/rpmsg0/src'), '1024\n');
    assert.is(sysfs.read('/sys/class/rpmsg/rpmsg0/dst'), '1033\n');
    for (let i = 0; i < 1000; i++) remote.send(1033, 1024, `${i}`);
    const first = open('/dev/rpmsg0', O_RDWR | O_NONBLOCK);
    for (let i = 0; i < 600; i++) assert.is(textOf(first.read(9)), `${i}`);
    first.close();
    const second = open('/dev/rpmsg0', O_RDWR | O_NONBLOCK);
    assert.is(second.read(9), -11);
    second.close();
    remote.send(1033, 1024, 'between');
    assert.is(textOf(open('/dev/rpmsg0').read(9)), 'between');
  }),
);

test(
  'linux-rpmsg 9 and 10: rpmsg-raw channels: a node each, gone with them, also when the driver is unloaded',
  deadline(LIMIT, async () => {
    const { bench, remote, dev, sysfs } = await raw();
    remote.announce('rpmsg-raw', 1034);
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg0', '/dev/rpmsg1', '/dev/rpmsg_ctrl0']);
    remote.announce('rpmsg-raw', 1033, 1);
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg1', '/dev/rpmsg_ctrl0']);
    assert.is(sysfs.read('/sys/class/rpmsg/rpmsg0/src'), -2);
    bench.sim.unregisterDriver('rpmsg_chrdev');
    assert.equal(dev.list('/dev/rpmsg'), ['/dev/rpmsg_ctrl0']);
  }),
);

const idTable: [KernelVersion, number][] = [
  ['6.1', 0],
  ['6.12', 1],
  ['7.2', 1],
];
for (const [kernel, nodes] of idTable) {
  test(
    `linux-rpmsg 9: the name rpmsg_chrdev binds in newer trees only (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, remote, dev } = await booted({ kernel });
      bench.sim.registerDriver(bench.sim.rpmsgChar.driver());
      remote.announce('rpmsg_chrdev', 1033);
      assert.is(dev.list('/dev/rpmsg').length, 1 + nodes);
    }),
  );
}

test.run();
