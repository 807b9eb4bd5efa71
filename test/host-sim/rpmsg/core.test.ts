/** linux-rpmsg.md section 5: every form of sending, rpmsg_core's checks, MTU, flow control, poll; dev_dbg lines. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import { type RpmsgChannel, rpmsgSend } from '../../../host-sim/rpmsg/channel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { RecordingDriver, rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 10_000;
const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));
const X = text('x');

async function channelX(kernel?: KernelVersion, debug = false) {
  const driver = new RecordingDriver('d', 'x');
  const parts = await rpmsgBench({ kernel, drivers: [driver], debug });
  parts.remote.announce('x', 2000);
  parts.lines();
  const channel: RpmsgChannel = driver.channels[0];
  return { ...parts, driver, channel, core: channel.core };
}

type Channel = Awaited<ReturnType<typeof channelX>>;

/** The calls of the second table: how each sends, and the addresses that the remote sees. */
const calls: [row: number, name: string, send: (c: Channel) => number, src: number, dst: number][] = [
  [1, 'rpmsg_send', ({ core, channel }) => core.send(channel.ept, X), 1024, 2000],
  [1, 'rpmsg_trysend', ({ core, channel }) => core.trysend(channel.ept, X), 1024, 2000],
  [2, 'rpmsg_sendto', ({ core, channel }) => core.sendto(channel.ept, X, 7), 1024, 7],
  [2, 'rpmsg_trysendto', ({ core, channel }) => core.trysendto(channel.ept, X, 7), 1024, 7],
  [3, 'rpmsg_send_offchannel', ({ core, channel }) => core.sendOffchannel(channel.ept, 99, 8, X), 99, 8],
  [
    3,
    'rpmsg_trysend_offchannel',
    ({ core, channel }) => core.trysendOffchannel(channel.ept, 99, 8, X),
    99,
    8,
  ],
];
for (const [row, name, send, src, dst] of calls) {
  for (const kernel of row === 3 ? (['6.1', '6.12'] as const) : kernelVersions) {
    const waits = !name.includes('try');
    test(
      `linux-rpmsg 5 call #${row}: ${name}: addresses, ${waits ? 'waits' : 'does not wait'} (${kernel})`,
      deadline(LIMIT, async () => {
        const parts = await channelX(kernel);
        const { remote, bench, lines } = parts;
        assert.is(send(parts), 0);
        assert.equal(remote.receive(), { src, dst, data: X });
        for (let i = 0; i < 3; i++) assert.is(send(parts), 0);
        // Four buffers were handed out, one of them came back.
        assert.is(send(parts), 0);
        const { now } = bench.sim.scheduler;
        assert.is(send(parts), waits ? -512 : -12);
        assert.is(bench.sim.scheduler.now - now, waits ? 15000 : 0);
        const late = ['d virtio0.x.-1.2000: timeout waiting for a tx buffer'];
        assert.equal(lines(), waits ? late : []);
      }),
    );
  }
}

test(
  'linux-rpmsg 5 call #3: 7.2 has no offchannel sends',
  deadline(LIMIT, async () => {
    const { channel, core } = await channelX('7.2');
    assert.is(channel.ept!.sendOffchannel, undefined);
    assert.is(channel.ept!.trysendOffchannel, undefined);
    assert.is(core.sendOffchannel(channel.ept, 1, 2, X), -6);
    assert.is(core.trysendOffchannel(channel.ept, 1, 2, X), -6);
  }),
);

test(
  'linux-rpmsg 5: without an endpoint each call warns and returns -EINVAL, poll returns 0',
  deadline(LIMIT, async () => {
    const { bench, core, lines } = await channelX();
    const info = { name: 'n', src: 1, dst: 1 };
    const results: { [call: string]: unknown } = {
      rpmsg_send: core.send(undefined, X),
      rpmsg_trysend: core.trysend(undefined, X),
      rpmsg_sendto: core.sendto(undefined, X, 1),
      rpmsg_trysendto: core.trysendto(undefined, X, 1),
      rpmsg_send_offchannel: core.sendOffchannel(undefined, 1, 1, X),
      rpmsg_trysend_offchannel: core.trysendOffchannel(undefined, 1, 1, X),
      rpmsg_get_mtu: core.getMtu(undefined),
      rpmsg_set_flow_control: core.setFlowControl(undefined, true, 1),
      rpmsg_release_channel: core.releaseChannel(undefined, info),
    };
    for (const [call, result] of Object.entries(results)) assert.is(result, -22, call);
    const names = Object.keys(results);
    assert.is(core.poll(undefined), 0);
    assert.is(
      core.createEpt(undefined, () => {}, info),
      undefined,
    );
    assert.is(core.createChannel(undefined, info), undefined);
    names.push('rpmsg_poll', 'rpmsg_create_ept', 'rpmsg_create_channel');
    assert.equal(
      lines(),
      names.map((name) => `WARNING: at drivers/rpmsg/rpmsg_core.c ${name}`),
    );
    core.destroyEpt(undefined);
    assert.is(bench.core.calls.filter((call) => call === 'kick 1').length, 0);
    assert.equal(lines(), []);
  }),
);

test(
  'linux-rpmsg 5: an operation that the transport lacks is -ENXIO, flow control -EOPNOTSUPP, poll 0',
  deadline(LIMIT, async () => {
    const { core, lines } = await channelX();
    const bare = { addr: 1 };
    assert.equal(
      [core.send(bare, X), core.trysend(bare, X), core.sendto(bare, X, 1), core.trysendto(bare, X, 1)],
      [-6, -6, -6, -6],
    );
    assert.equal([core.sendOffchannel(bare, 1, 1, X), core.trysendOffchannel(bare, 1, 1, X)], [-6, -6]);
    assert.equal([core.poll(bare), core.setFlowControl(bare, true, 1), core.getMtu(bare)], [0, -95, -524]);
    assert.equal(lines(), []);
  }),
);

test(
  'linux-rpmsg 5: a driver without a callback has no endpoint to send from',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    (driver as { callback?: unknown }).callback = undefined;
    const { remote, lines } = await rpmsgBench({ drivers: [driver] });
    remote.announce('x', 1024);
    lines();
    assert.is(rpmsgSend(driver.channels[0], X), -22);
    assert.equal(lines(), ['WARNING: at drivers/rpmsg/rpmsg_core.c rpmsg_send']);
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-rpmsg 5: the MTU is 496, flow control is -EOPNOTSUPP on virtio (${kernel})`,
    deadline(LIMIT, async () => {
      const { channel, core } = await channelX(kernel);
      assert.is(core.getMtu(channel.ept), 496);
      assert.is(core.setFlowControl(channel.ept, true, 2000), -95);
    }),
  );

  test(
    `linux-rpmsg 5: poll: ${kernel === '7.2' ? 'EPOLLOUT while a buffer is free or used' : 'never EPOLLOUT'} (${kernel})`,
    deadline(LIMIT, async () => {
      const { channel, core, remote } = await channelX(kernel);
      const out = kernel === '7.2' ? 4 : 0;
      for (let i = 0; i < 4; i++) {
        assert.is(core.poll(channel.ept), out);
        core.send(channel.ept, X);
      }
      assert.is(core.poll(channel.ept), 0);
      remote.receive();
      assert.is(core.poll(channel.ept), out);
      core.send(channel.ept, X);
      assert.is(core.poll(channel.ept), 0);
    }),
  );
}

test(
  'linux-observed: dev_dbg lines of a boot, an announcement and an answer',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench({ debug: true });
    const base = remote.tx.desc(0).addr.toString(16).padStart(16, '0');
    lines();
    assert.equal(
      bench.sim.kernel.log.lines.filter(({ level }) => level === 'dbg').map(({ text }) => text),
      [
        'remoteproc remoteproc0: rsc: type 3',
        'remoteproc remoteproc0: vdev rsc: id 7, dfeatures 0x1, cfg len 0, 2 vrings',
        'remoteproc remoteproc0: vdev rsc: vring0: da 0xffffffff, qsz 4, align 16',
        'remoteproc remoteproc0: vdev rsc: vring1: da 0xffffffff, qsz 4, align 16',
        'remoteproc remoteproc0: phdr: type 1 da 0x10000000 memsz 0x58 filesz 0x58',
        'virtio virtio0: reset !',
        'virtio virtio0: status: 1',
        'virtio_rpmsg_bus virtio0: status: 3',
        'remoteproc remoteproc0: vring0: va (____ptrval____) qsz 4 notifyid 0',
        'remoteproc remoteproc0: vring1: va (____ptrval____) qsz 4 notifyid 1',
        `virtio_rpmsg_bus virtio0: buffers: va (____ptrval____), dma 0x${base}`,
        'virtio_rpmsg_bus virtio0: status: 7',
        'remoteproc remoteproc0: kicking vq index: 0',
      ],
    );
    remote.announce('rpmsg-raw', 0x401);
    assert.equal(lines(), [
      'vq index 0 is interrupted',
      'From: 0x401, To: 0x35, Len: 40, Flags: 0, Reserved: 0',
      'rpmsg_virtio RX: 01 04 00 00 35 00 00 00 00 00 00 00 28 00 00 00  ....5.......(...',
      'rpmsg_virtio RX: 72 70 6d 73 67 2d 72 61 77 00 00 00 00 00 00 00  rpmsg-raw.......',
      'rpmsg_virtio RX: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................',
      'rpmsg_virtio RX: 01 04 00 00 00 00 00 00                          ........',
      'NS announcement: 72 70 6d 73 67 2d 72 61 77 00 00 00 00 00 00 00  rpmsg-raw.......',
      'NS announcement: 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00  ................',
      'NS announcement: 01 04 00 00 00 00 00 00                          ........',
      'creating channel rpmsg-raw addr 0x401',
      'Received 1 messages',
      'kicking vq index: 0',
    ]);
    const [channel] = bench.sim.channels;
    const ept = channel.createEpt(() => {})!;
    ept.sendto(text('hi'), 0x401);
    assert.equal(lines(), [
      'rpmsg virtio0.rpmsg-raw.-1.1025: TX From 0x400, To 0x401, Len 2, Flags 0, Reserved 0',
      'rpmsg_virtio TX: 00 04 00 00 01 04 00 00 00 00 00 00 02 00 00 00  ................',
      'rpmsg_virtio TX: 68 69                                            hi',
      'kicking vq index: 1',
    ]);
    remote.receive();
    for (let i = 0; i < 3; i++) ept.sendto(X, 1);
    lines();
    bench.sim.scheduler.at(bench.sim.scheduler.now + 1, () => bench.core.parts.events.kicked(1));
    remote.receive();
    ept.sendto(X, 1);
    bench.sim.runUntil(() => false, 5);
    assert.ok(lines().includes('rpmsg_xmit_done'));
  }),
);

test(
  'linux-observed: without debug no such line, and no text is put together for it',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await rpmsgBench();
    lines();
    remote.announce('rpmsg-raw', 0x401);
    assert.equal(lines(), ['creating channel rpmsg-raw addr 0x401']);
    let asked = 0;
    bench.sim.kernel.log.dbg({ prefix: 'x' }, () => `${asked++}`);
    assert.is(asked, 0);
    bench.sim.kernel.log.debug = true;
    bench.sim.kernel.log.dbg({ prefix: 'x' }, () => `${asked++}`);
    assert.is(asked, 1);
    assert.equal(lines(), ['x: 0']);
  }),
);

test.run();
