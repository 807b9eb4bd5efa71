/** linux-rpmsg.md sections 8 and 10: name service, channels, their drivers, the sample driver's lines. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import { clientSample } from '../../../host-sim/rpmsg/client-sample.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { nsPayload } from '../../support/sim-remote.js';
import { RecordingDriver, rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 10_000;

for (const size of [0, 39, 41, 496]) {
  test(
    `linux-rpmsg 8 #1: malformed ns msg of ${size} bytes`,
    deadline(LIMIT, async () => {
      const { bench, remote, lines } = await rpmsgBench();
      lines();
      remote.send(1024, 53, 'x'.repeat(size));
      assert.equal(lines(), [`malformed ns msg (${size})`]);
      assert.equal(bench.sim.channels, []);
    }),
  );
}

test(
  'linux-rpmsg 8 #2 #3: a channel is created; without a driver it has no source address and nobody listens',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench();
    lines();
    remote.announce('rpmsg-client-sample', 1024);
    assert.equal(lines(), ['creating channel rpmsg-client-sample addr 0x400']);
    const [{ name, deviceName, src, dst, ept }] = bench.sim.channels;
    assert.equal([name, deviceName], ['rpmsg-client-sample', 'virtio0.rpmsg-client-sample.-1.1024']);
    assert.equal([src, dst, ept], [0xffffffff, 1024, undefined]);
    remote.send(1024, 1024, 'x');
    assert.equal(lines(), ['msg received with no recipient']);
  }),
);

test(
  'linux-rpmsg 8 #3: addresses are printed as signed decimals; announcements may come from any address',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench();
    lines();
    remote.send(99, 53, nsPayload('far', 0x80000001));
    assert.equal(lines(), ['creating channel far addr 0x80000001']);
    assert.is(bench.sim.channels[0].deviceName, 'virtio0.far.-1.-2147483647');
    assert.is(bench.sim.channels[0].dst, 0x80000001);
  }),
);

test(
  'linux-rpmsg 8 #3: same name and address exist already; the same name with another address is another channel',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench();
    remote.announce('x', 1024);
    lines();
    remote.announce('x', 1024);
    assert.equal(lines(), [
      'creating channel x addr 0x400',
      'channel x:ffffffff:400 already exist',
      'rpmsg_create_channel failed',
    ]);
    remote.announce('x', 1025);
    remote.announce('y', 1024);
    assert.equal(
      bench.sim.channels.map(({ deviceName }) => deviceName),
      ['virtio0.x.-1.1024', 'virtio0.x.-1.1025', 'virtio0.y.-1.1024'],
    );
  }),
);

test(
  'linux-rpmsg 8 #4: destroy by name and address; anything else is -22; only bit 0 of the flags counts',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    const { bench, remote, lines } = await rpmsgBench({ drivers: [driver] });
    remote.announce('x', 1024);
    remote.announce('x', 1025, 2);
    lines();
    remote.announce('x', 1026, 1);
    remote.announce('y', 1024, 1);
    assert.equal(lines(), [
      'destroying channel x addr 0x402',
      'rpmsg_destroy_channel failed: -22',
      'destroying channel y addr 0x400',
      'rpmsg_destroy_channel failed: -22',
    ]);
    remote.announce('x', 1024, 3);
    assert.equal(lines(), ['destroying channel x addr 0x400']);
    assert.equal(driver.events, [
      'probe virtio0.x.-1.1024 src 1024',
      'probe virtio0.x.-1.1025 src 1025',
      'remove virtio0.x.-1.1024',
    ]);
    assert.is(bench.sim.channels.length, 1);
    assert.is(bench.sim.channelHistory.length, 2);
    // The endpoint went with its channel: its address is free, messages to it have no recipient.
    remote.send(1024, 1024, 'late');
    assert.equal(lines(), ['msg received with no recipient']);
    remote.announce('x', 1030);
    assert.is(driver.channels[2].src, 1024);
  }),
);

test(
  'linux-rpmsg 8: a name without NUL: byte 31 is cut',
  deadline(LIMIT, async () => {
    const { bench, remote } = await rpmsgBench();
    remote.announce('abcdefghijklmnopqrstuvwxyz012345', 1024);
    assert.is(bench.sim.channels[0].name, 'abcdefghijklmnopqrstuvwxyz01234');
    remote.announce('abcdefghijklmnopqrstuvwxyz01234', 1024, 1);
    assert.equal(bench.sim.channels, []);
  }),
);

test(
  'linux-rpmsg 8: the host does not answer an announcement',
  deadline(LIMIT, async () => {
    const { remote, bench } = await rpmsgBench({ drivers: [new RecordingDriver('d', 'x')] });
    remote.announce('x', 1024);
    assert.is(remote.rx.availIdx, 0);
    assert.equal(bench.core.calls, ['kick 0']);
  }),
);

test(
  'linux-rpmsg 7 and 8: matching: the whole name; host addresses in the order of binding',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'echo');
    const { bench, remote } = await rpmsgBench({ drivers: [driver] });
    for (const name of ['echo2', 'ech', 'Echo', 'echo']) remote.announce(name, 1024);
    assert.equal(driver.events, ['probe virtio0.echo.-1.1024 src 1024']);
    assert.equal(
      bench.sim.channels.map(({ src }) => src | 0),
      [-1, -1, -1, 1024],
    );
  }),
);

test(
  'linux-rpmsg 7 and 8: a driver that is registered late binds the channels that wait, in their order; bound ones stay',
  deadline(LIMIT, async () => {
    const early = new RecordingDriver('early', 'x');
    const { bench, remote, lines } = await rpmsgBench({ drivers: [early] });
    for (const [name, addr] of [
      ['x', 1024],
      ['y', 1025],
      ['y', 1026],
    ] as const)
      remote.announce(name, addr);
    lines();
    const late = new RecordingDriver('late', 'y', 'x');
    bench.sim.registerDriver(late);
    assert.equal(late.events, ['probe virtio0.y.-1.1025 src 1025', 'probe virtio0.y.-1.1026 src 1026']);
    assert.equal(early.events, ['probe virtio0.x.-1.1024 src 1024']);
    assert.equal(lines(), []);
    remote.send(1025, 1025, 'to late');
    assert.equal(late.events.slice(2), ['to late from 1025']);
  }),
);

test(
  'linux-rpmsg 7 and 8: a driver without a callback gets no endpoint',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    (driver as { callback?: unknown }).callback = undefined;
    const { remote } = await rpmsgBench({ drivers: [driver] });
    remote.announce('x', 1024);
    assert.equal(driver.events, ['probe virtio0.x.-1.1024 src 4294967295']);
    assert.is(driver.channels[0].ept, undefined);
  }),
);

function probeFailed(kernel: KernelVersion, device: string): string {
  return kernel === '6.1'
    ? `d: probe of ${device} failed with error -5`
    : `d ${device}: probe with driver d failed with error -5`;
}

for (const kernel of kernelVersions) {
  test(
    `linux-rpmsg 8: probe fails: told twice, no endpoint left, and not tried again for other channels (${kernel})`,
    deadline(LIMIT, async () => {
      const driver = new RecordingDriver('d', 'x');
      driver.result = -5;
      const { bench, remote, lines } = await rpmsgBench({ kernel, drivers: [driver] });
      lines();
      remote.announce('x', 1024);
      assert.equal(lines(), [
        'creating channel x addr 0x400',
        'd virtio0.x.-1.1024: rpmsg_dev_probe: failed: -5',
        probeFailed(kernel, 'virtio0.x.-1.1024'),
      ]);
      remote.announce('other', 1025);
      bench.sim.registerDriver(new RecordingDriver('e', 'other'));
      assert.equal(driver.events, ['probe virtio0.x.-1.1024 src 1024']);
      remote.send(1, 1024, 'x');
      assert.equal(lines().slice(1), []);
      driver.result = 0;
      // The channel keeps the address that it was given once, and the other one has taken it meanwhile.
      bench.sim.unregisterDriver(driver);
      bench.sim.registerDriver(driver);
      assert.equal(lines().slice(0, 2), [
        'd virtio0.x.-1.1024: idr_alloc failed: -28',
        'd virtio0.x.-1.1024: failed to create endpoint',
      ]);
      bench.sim.unregisterDriver('e');
      bench.sim.unregisterDriver(driver);
      bench.sim.registerDriver(driver);
      assert.equal(driver.events.slice(1), ['probe virtio0.x.-1.1024 src 1024']);
      assert.is(bench.sim.channels.length, 2);
    }),
  );
}

test(
  'linux-rpmsg 10 #1: rpmsg_client_sample: says hello, counts, says goodbye, and its remove',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench();
    const done: string[] = [];
    const { log } = bench.sim.kernel;
    bench.sim.registerDriver(clientSample(log, ({ deviceName }) => done.push(deviceName), 3));
    lines();
    remote.announce('rpmsg-client-sample', 1033);
    const dev = 'rpmsg_client_sample virtio0.rpmsg-client-sample.-1.1033: ';
    const hello = { src: 1024, dst: 1033, data: new Uint8Array(Buffer.from('hello world!')) };
    assert.equal(remote.receive(), hello);
    for (let i = 0; i < 3; i++) remote.send(1033, 1024, `answer ${i}`);
    assert.equal([remote.receive(), remote.receive(), remote.receive()], [hello, hello, undefined]);
    assert.equal(done, ['virtio0.rpmsg-client-sample.-1.1033']);
    assert.equal(lines(), [
      'creating channel rpmsg-client-sample addr 0x409',
      `${dev}new channel: 0x400 -> 0x409!`,
      `${dev}incoming msg 1 (src: 0x409)`,
      `${dev}incoming msg 2 (src: 0x409)`,
      `${dev}incoming msg 3 (src: 0x409)`,
      `${dev}goodbye!`,
    ]);
    remote.announce('rpmsg-client-sample', 1033, 1);
    assert.equal(lines(), [
      'destroying channel rpmsg-client-sample addr 0x409',
      `${dev}rpmsg sample client driver is removed`,
    ]);
  }),
);

test(
  'linux-rpmsg 10 #1: rpmsg_client_sample: 100 messages when nothing else is said',
  deadline(LIMIT, async () => {
    const { bench, remote } = await rpmsgBench();
    let answers = 0;
    let done = 0;
    bench.sim.registerDriver(
      clientSample(bench.sim.kernel.log, () => {
        done = answers;
      }),
    );
    remote.announce('rpmsg-client-sample', 1033);
    while (remote.receive()) {
      answers++;
      remote.send(1033, 1024, 'x');
    }
    assert.is(done, 100);
  }),
);

test(
  'linux-rpmsg 10 #1: rpmsg_client_sample: a send that fails is told and fails the probe',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench({ num: 2 });
    const filler = new RecordingDriver('filler', 'fill');
    bench.sim.registerDriver(filler);
    bench.sim.registerDriver(clientSample(bench.sim.kernel.log, () => {}));
    remote.announce('fill', 1);
    for (let i = 0; i < 2; i++) filler.channels[0].ept!.sendto(new Uint8Array(1), 1);
    lines();
    remote.announce('rpmsg-client-sample', 1033);
    const dev = 'rpmsg_client_sample virtio0.rpmsg-client-sample.-1.1033: ';
    assert.equal(lines(), [
      'creating channel rpmsg-client-sample addr 0x409',
      `${dev}new channel: 0x401 -> 0x409!`,
      `${dev}timeout waiting for a tx buffer`,
      `${dev}rpmsg_send failed: -512`,
      `${dev}rpmsg_dev_probe: failed: -512`,
      `${dev}probe with driver rpmsg_client_sample failed with error -512`,
    ]);
  }),
);

test.run();
