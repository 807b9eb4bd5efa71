/** linux-rpmsg.md sections 4 and 8: control device, name service driver, announcing, matching, sysfs. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../sdk/testing/deadline.js';
import { nsPayload } from '../../support/sim-remote.js';
import { RecordingDriver, rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 10_000;
const ANY = 0xffffffff;
const dir = (device: string): string => `/sys/bus/rpmsg/devices/${device}`;

test(
  'linux-rpmsg 4 #6 #7: the control device and the name service are rpmsg devices with their drivers',
  deadline(LIMIT, async () => {
    const { bench } = await rpmsgBench();
    const { devices } = bench.sim.rpmsg;
    assert.equal(
      devices.map(({ deviceName, driver, driverOverride }) => [deviceName, driver?.name, driverOverride]),
      [
        ['virtio0.rpmsg_ctrl.0.0', 'rpmsg_ctrl', 'rpmsg_ctrl'],
        ['virtio0.rpmsg_ns.53.53', 'rpmsg_ns', 'rpmsg_ns'],
      ],
    );
    assert.equal(bench.sim.channels, []);
    assert.is(bench.sim.sysfs.read(`${dir('virtio0.rpmsg_ns.53.53')}/src`), '0x35\n');
    assert.is(bench.sim.sysfs.read(`${dir('virtio0.rpmsg_ctrl.0.0')}/modalias`), 'rpmsg:rpmsg_ctrl\n');
    assert.is(bench.sim.sysfs.read(`${dir('virtio0.rpmsg_ctrl.0.0')}/announce`), 'false\n');
    await bench.sim.stop();
    assert.equal(bench.sim.rpmsg.devices, []);
    assert.equal(
      bench.sim.sysfs.list().filter((path) => path.includes('virtio0')),
      [],
    );
  }),
);

test(
  'linux-rpmsg 4 #7: without F_NS there is no name service device',
  deadline(LIMIT, async () => {
    const { bench } = await rpmsgBench({ dfeatures: 0 });
    assert.equal(
      bench.sim.rpmsg.devices.map(({ deviceName }) => deviceName),
      ['virtio0.rpmsg_ctrl.0.0'],
    );
  }),
);

test(
  'linux-rpmsg 8: without the rpmsg_ns driver announcements have no recipient; loaded later it serves',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench({ without: ['rpmsg_ns'] });
    lines();
    remote.announce('x', 1024);
    assert.equal(lines(), ['msg received with no recipient']);
    const other = await rpmsgBench();
    const [ns] = other.bench.sim.rpmsg.drivers.filter(({ name }) => name === 'rpmsg_ns');
    other.bench.sim.unregisterDriver(ns);
    other.lines();
    other.remote.announce('x', 1024);
    assert.equal(other.lines(), ['msg received with no recipient']);
    other.bench.sim.registerDriver(ns);
    other.remote.announce('x', 1024);
    assert.equal(other.lines(), ['creating channel x addr 0x400']);
    assert.is(bench.sim.channels.length, 0);
    assert.is(other.bench.sim.channels.length, 1);
  }),
);

/** A channel that the host offers at its address 2000, for the remote's address 7. */
async function served(src = 2000, options: Parameters<typeof rpmsgBench>[0] = {}) {
  const driver = new RecordingDriver('d', 'srv');
  const parts = await rpmsgBench({ drivers: [driver], ...options });
  parts.lines();
  const [ctrl] = parts.bench.sim.rpmsg.devices;
  const channel = ctrl.createChannel({ name: 'srv', src, dst: 7 });
  return { ...parts, driver, ctrl, channel };
}

test(
  'linux-rpmsg 8: announce: CREATE after probe from the fixed address to 53, DESTROY on removal',
  deadline(LIMIT, async () => {
    const { remote, driver, ctrl, channel, lines } = await served();
    assert.equal(driver.events, ['probe virtio0.srv.2000.7 src 2000']);
    assert.equal([channel!.announce, channel!.src, channel!.ept!.addr], [true, 2000, 2000]);
    assert.equal(remote.receive(), { src: 2000, dst: 53, data: nsPayload('srv', 2000, 0) });
    assert.is(remote.receive(), undefined);
    driver.remove = () => driver.events.push(`removed, ${remote.rx.availIdx} sent`);
    assert.is(ctrl.releaseChannel({ name: 'srv', src: 2000, dst: ANY }), 0);
    assert.equal(driver.events.slice(1), ['removed, 2 sent']);
    assert.equal(remote.receive(), { src: 2000, dst: 53, data: nsPayload('srv', 2000, 1) });
    assert.is(ctrl.releaseChannel({ name: 'srv', src: 2000, dst: ANY }), -22);
    assert.equal(lines(), []);
  }),
);

const silent: [string, number, Parameters<typeof rpmsgBench>[0]][] = [
  ['no fixed address', ANY, {}],
  ['no F_NS', 2000, { dfeatures: 0 }],
  ['no driver', 2000, { drivers: [] }],
];
for (const [why, src, options] of silent) {
  test(
    `linux-rpmsg 8: nothing is announced: ${why}`,
    deadline(LIMIT, async () => {
      const { remote, ctrl, channel } = await served(src, options);
      assert.is(channel!.announce, src !== ANY);
      ctrl.releaseChannel({ name: 'srv', src: ANY, dst: 7 });
      assert.is(remote.rx.availIdx, 0);
    }),
  );
}

test(
  'linux-rpmsg 8: nothing is announced: the driver has no default endpoint',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'srv');
    (driver as { callback?: unknown }).callback = undefined;
    const { bench, remote } = await rpmsgBench({ drivers: [driver] });
    bench.sim.rpmsg.devices[0].createChannel({ name: 'srv', src: 2000, dst: 7 });
    assert.equal(driver.events, ['probe virtio0.srv.2000.7 src 2000']);
    assert.is(remote.rx.availIdx, 0);
  }),
);

test(
  'linux-rpmsg 4 removal: DESTROY goes out after the reset, with status 0 already',
  deadline(LIMIT, async () => {
    const { bench, remote, state, driver } = await served();
    remote.receive();
    const seen: string[] = [];
    bench.core.onKick = (id) => seen.push(`kick ${id}, status ${state().status}`);
    driver.remove = () => seen.push(`remove, status ${state().status}`);
    const rings = remote.rx.availIdx;
    bench.core.onStop = () => seen.push(`stop, status ${state().status}, ${remote.rx.availIdx - rings} sent`);
    await bench.sim.stop();
    assert.equal(seen, ['kick 1, status 0', 'remove, status 0', 'stop, status 1, 1 sent']);
  }),
);

test(
  'linux-rpmsg 4 removal: who still holds an endpoint gets -EIO',
  deadline(LIMIT, async () => {
    const { bench, channel, lines } = await served();
    const { ept } = channel!;
    await bench.sim.stop();
    lines();
    assert.is(ept!.trysend(Uint8Array.of(1)), -5);
    assert.equal(lines(), ['rpmsg virtio0.srv.2000.7: virtqueue_add_outbuf failed: -5']);
  }),
);

test(
  'linux-rpmsg 8: an announcement that fails undoes the probe: failed to announce service',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'srv');
    const { bench, lines } = await rpmsgBench({ num: 2, drivers: [driver] });
    const [ctrl] = bench.sim.rpmsg.devices;
    const ept = ctrl.createEpt(() => {})!;
    for (let i = 0; i < 2; i++) ept.sendto(new Uint8Array(1), 1);
    lines();
    const channel = ctrl.createChannel({ name: 'srv', src: 2000, dst: 7 });
    const dev = 'd virtio0.srv.2000.7: ';
    assert.equal(lines(), [
      `${dev}timeout waiting for a tx buffer`,
      `${dev}failed to announce service -512`,
      `${dev}failed to announce creation`,
      `${dev}probe with driver d failed with error -512`,
    ]);
    assert.equal(driver.events, ['probe virtio0.srv.2000.7 src 2000', 'remove virtio0.srv.2000.7']);
    assert.equal([channel!.ept, channel!.driver], [undefined, undefined]);
    // The address is free again.
    assert.is(ctrl.createEpt(() => {}, 2000)!.addr, 2000);
  }),
);

test(
  'linux-rpmsg 8 #3: a channel like it exists already, addresses and wildcards included',
  deadline(LIMIT, async () => {
    const { ctrl, lines, bench } = await served();
    const twice: [number, number, string][] = [
      [2000, 7, '7d0:7'],
      [ANY, 7, 'ffffffff:7'],
      [2000, ANY, '7d0:ffffffff'],
      [ANY, ANY, 'ffffffff:ffffffff'],
    ];
    for (const [src, dst, shown] of twice) {
      assert.is(ctrl.createChannel({ name: 'srv', src, dst }), undefined);
      assert.equal(lines(), [`channel srv:${shown} already exist`]);
    }
    assert.ok(ctrl.createChannel({ name: 'srv', src: 2001, dst: 7 }));
    assert.ok(ctrl.createChannel({ name: 'srv', src: 2000, dst: 8 }));
    // The second one at 2000 has no address left for its driver.
    assert.equal(lines().slice(0, 2), [
      'd virtio0.srv.2000.8: idr_alloc failed: -28',
      'd virtio0.srv.2000.8: failed to create endpoint',
    ]);
    assert.is(bench.sim.channels.length, 3);
  }),
);

test(
  'linux-rpmsg 8: names keep 31 bytes, slashes become exclamation marks in the device name only',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench();
    const [ctrl] = bench.sim.rpmsg.devices;
    assert.is(ctrl.createChannel({ name: 'n'.repeat(40), src: ANY, dst: 1 })!.name, 'n'.repeat(31));
    assert.is(ctrl.createChannel({ name: '\u00fc'.repeat(16), src: ANY, dst: 1 })!.name, '\u00fc'.repeat(15));
    lines();
    remote.announce('a/b', 5);
    assert.equal(
      bench.sim.channels.slice(2).map(({ name, deviceName }) => [name, deviceName]),
      [['a/b', 'virtio0.a!b.-1.5']],
    );
    remote.announce('a!b', 5);
    assert.equal(lines(), [
      'creating channel a/b addr 0x5',
      'creating channel a!b addr 0x5',
      'rpmsg virtio0.a!b.-1.5: device_add failed: -17',
      'rpmsg_create_channel failed',
    ]);
    assert.is(bench.sim.channels.length, 3);
  }),
);

test(
  'linux-rpmsg 8: sysfs attributes: name, src, dst, announce, modalias, driver_override',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'svc');
    const { bench, remote } = await rpmsgBench();
    const { sysfs } = bench.sim;
    remote.announce('svc', 0x404);
    const files = dir('virtio0.svc.-1.1028');
    const read = () =>
      ['name', 'src', 'dst', 'announce', 'modalias', 'driver_override'].map((name) =>
        sysfs.read(`${files}/${name}`),
      );
    assert.equal(read(), ['svc\n', '0xffffffff\n', '0x404\n', 'false\n', 'rpmsg:svc\n', '(null)\n']);
    bench.sim.registerDriver(driver);
    assert.equal(read()[1], '0x400\n');
    assert.is(sysfs.write(`${files}/name`, 'other\n'), -13);
    const [ctrl] = bench.sim.rpmsg.devices;
    ctrl.createChannel({ name: 'own', src: 9, dst: ANY });
    assert.is(sysfs.read(`${dir('virtio0.own.9.-1')}/announce`), 'true\n');
    remote.announce('svc', 0x404, 1);
    assert.is(sysfs.read(`${files}/name`), -2);
  }),
);

test(
  'linux-rpmsg 8: matching: driver_override comes first and alone; written, cleared, too long',
  deadline(LIMIT, async () => {
    const named = new RecordingDriver('named', 'svc');
    const other = new RecordingDriver('other', 'else');
    const { bench, remote } = await rpmsgBench();
    const { sysfs } = bench.sim;
    remote.announce('svc', 1028);
    const override = `${dir('virtio0.svc.-1.1028')}/driver_override`;
    assert.is(sysfs.write(override, 'other\n'), 6);
    assert.is(sysfs.read(override), 'other\n');
    bench.sim.registerDriver(named);
    assert.equal(named.events, []);
    bench.sim.registerDriver(other);
    assert.equal(other.events, ['probe virtio0.svc.-1.1028 src 1024']);
    assert.is(sysfs.write(override, '\n'), 1);
    assert.is(sysfs.read(override), '(null)\n');
    assert.is(sysfs.write(override, 'x'.repeat(4095)), -22);
    assert.equal(other.events.length, 1);
    bench.sim.unregisterDriver(other);
    assert.equal(other.events.slice(1), ['remove virtio0.svc.-1.1028']);
    // Nothing binds by itself then; the address is kept.
    assert.equal(named.events, []);
    const drivers = '/sys/bus/rpmsg/drivers/named';
    assert.is(sysfs.write(`${drivers}/bind`, 'virtio0.none\n'), -19);
    assert.is(sysfs.write(`${drivers}/bind`, 'virtio0.svc.-1.1028\n'), 20);
    assert.is(sysfs.write(`${drivers}/bind`, 'virtio0.svc.-1.1028\n'), -16);
    assert.equal(named.events, ['probe virtio0.svc.-1.1028 src 1024']);
    assert.is(sysfs.write(`${drivers}/unbind`, 'virtio0.svc.-1.1028\n'), 20);
    assert.is(sysfs.write(`${drivers}/unbind`, 'virtio0.svc.-1.1028\n'), -19);
    assert.is(sysfs.read(`${drivers}/bind`), -13);
    assert.equal(named.events.slice(1), ['remove virtio0.svc.-1.1028']);
  }),
);

test(
  'linux-rpmsg 8: matching: ids over all 32 bytes; a driver without a table binds by override only',
  deadline(LIMIT, async () => {
    const long = 'a'.repeat(31);
    const drivers = [
      new RecordingDriver('longer', `${long}a`),
      new RecordingDriver('none'),
      new RecordingDriver('empty', ''),
      new RecordingDriver('exact', long),
    ];
    const { bench, remote } = await rpmsgBench({ drivers });
    remote.announce(long, 1);
    remote.announce('', 2);
    assert.equal(
      drivers.map(({ events }) => events.length),
      [0, 0, 0, 1],
    );
    assert.is(bench.sim.channels.length, 2);
  }),
);

test(
  'linux-rpmsg 8: drivers: a name is registered once; unregister leaves the channels, the last one first',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    const { bench, remote, lines } = await rpmsgBench({ drivers: [driver] });
    lines();
    assert.is(bench.sim.registerDriver(new RecordingDriver('d', 'y')), -16);
    assert.equal(lines(), ["Error: Driver 'd' is already registered, aborting..."]);
    remote.announce('x', 1);
    remote.announce('x', 2);
    bench.sim.unregisterDriver(driver);
    bench.sim.unregisterDriver(driver);
    assert.equal(driver.events.slice(2), ['remove virtio0.x.-1.2', 'remove virtio0.x.-1.1']);
    assert.equal(
      bench.sim.channels.map(({ ept, prefix }) => [ept, prefix]),
      [
        [undefined, 'rpmsg virtio0.x.-1.1'],
        [undefined, 'rpmsg virtio0.x.-1.2'],
      ],
    );
    lines();
    remote.send(1, 1024, 'late');
    assert.equal(lines(), ['msg received with no recipient']);
  }),
);

test(
  'linux-rpmsg 8: a channel that goes while its probe sleeps is left as soon as the probe is over',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    const { bench, remote } = await rpmsgBench();
    remote.announce('x', 1);
    const { probe } = driver;
    driver.probe = (channel) => {
      bench.sim.scheduler.at(5, () => remote.announce('x', 1, 1));
      bench.sim.scheduler.runUntil(() => false, 50);
      return probe.call(driver, channel);
    };
    bench.sim.registerDriver(driver);
    assert.equal(driver.events, ['probe virtio0.x.-1.1 src 1024', 'remove virtio0.x.-1.1']);
    assert.equal(bench.sim.channels, []);
    assert.is(bench.sim.rpmsg.devices[0].createEpt(() => {})!.addr, 1024);
  }),
);

test(
  'linux-rpmsg 6 #3: a buffer that cannot be posted again stops the draining',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    const { bench, remote, lines } = await rpmsgBench({ drivers: [driver] });
    remote.announce('x', 1);
    lines();
    bench.core.calls.length = 0;
    driver.callback = () => {
      // The core is stopped under the callback: its queues are broken from then on.
      void bench.sim.stop();
    };
    remote.send(1, 1024, 'a');
    assert.equal(lines().slice(0, 1), ['failed to add a virtqueue buffer: -5']);
    assert.not(bench.core.calls.includes('kick 0'), 'nothing was given');
  }),
);

test(
  'linux-rpmsg 7 #1: an address that no int holds is -EINVAL',
  deadline(LIMIT, async () => {
    const { bench, lines } = await rpmsgBench();
    const [ctrl] = bench.sim.rpmsg.devices;
    lines();
    assert.is(
      ctrl.createEpt(() => {}, 0x80000000),
      undefined,
    );
    assert.equal(lines(), [
      'WARNING: at lib/idr.c idr_alloc',
      'rpmsg_ctrl virtio0.rpmsg_ctrl.0.0: idr_alloc failed: -22',
    ]);
    assert.is(ctrl.createEpt(() => {}, 0x7fffffff)!.addr, 0x7fffffff);
  }),
);

test.run();
