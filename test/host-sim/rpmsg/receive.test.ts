/** linux-rpmsg.md sections 3, 4, 6 and 7: buffers, the probe as the remote sees it, receiving, endpoints. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtRv32 } from '../../../boards/virt-rv32.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { FwRscVdev } from '../../../runtime/abi/resource-table.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, payloadOf } from '../../support/sim-boot.js';
import { image, table, vdev } from '../../support/sim-images.js';
import { rpmsgBytes } from '../../support/sim-remote.js';
import { RecordingDriver, rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 10_000;

for (const [num, buffers] of [
  [2, 4],
  [128, 256],
  [256, 512],
  [512, 512],
]) {
  test(
    `linux-rpmsg 3 #2 #3: buffer pool of a ring of ${num}: ${buffers} buffers, receive half first, physical addresses`,
    deadline(LIMIT, async () => {
      const { bench, remote } = await rpmsgBench({ board: virtRv32, num });
      const base = remote.tx.desc(0).addr;
      const half = buffers / 2;
      assert.is(remote.tx.availIdx, half);
      for (let i = 0; i < half; i++) {
        const { addr, len, flags } = remote.tx.desc(i);
        assert.equal([addr, len, flags], [base + 512 * i, 512, 2]);
        assert.is(remote.tx.availRing(i), i);
      }
      assert.is(remote.rx.availIdx, 0);
      const driver = new RecordingDriver('d', 'x');
      bench.sim.registerDriver(driver);
      remote.announce('x', 1);
      const { ept } = driver.channels[0];
      assert.is(ept!.sendto(Uint8Array.of(1, 2, 3), 1), 0);
      assert.is(ept!.sendto(new Uint8Array(0), 1), 0);
      const first = remote.rx.desc(0);
      assert.equal([first.addr, first.len, first.flags], [base + 512 * half, 19, 0]);
      const second = remote.rx.desc(1);
      assert.equal([second.addr, second.len, second.flags], [base + 512 * (half + 1), 16, 0]);
    }),
  );
}

for (const kernel of kernelVersions) {
  test(
    `linux-rpmsg 4 #1 #2 #3 #4 #5 #8 #9: the probe step by step: status 0, 1, 3, gfeatures, das 0 then 1, buffers, 7, one kick (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = new Bench({ kernel });
      const bytes = table([vdev([{}, {}], { dfeatures: 0x80000003, status: 0x40 })]);
      const at = payloadOf(bytes, 0);
      const seen: string[] = [];
      const { rproc } = bench.sim;
      // Each write to the loaded table goes through the table's view: watch it by handing out a proxy of the bytes.
      bench.core.onStart = () => {
        const live = rproc.table!;
        let before = live.bytes().slice(at);
        rproc.table = {
          bytes: () => {
            const now = live.bytes();
            note(before, now.subarray(at), seen);
            before = now.slice(at);
            return now;
          },
        };
      };
      bench.core.onKick = (id) => {
        rproc.table!.bytes();
        seen.push(
          `kick ${id}, ${new DataView(bench.at(0x10060000 + 66, 2).slice().buffer).getUint16(0, true)} posted`,
        );
      };
      await bench.start(image({ table: bytes }));
      rproc.table!.bytes();
      assert.equal(seen, [
        'status 0',
        'status 1',
        'status 3',
        'gfeatures 1',
        'da0 10060000',
        'da1 10064000',
        'status 7',
        'kick 0, 4 posted',
      ]);
      assert.is(bench.at(0x10064000 + 64, 1)[0], kernel === '7.2' ? 0 : 1);
      assert.is(bench.at(0x10060000 + 64, 1)[0], 0);
    }),
  );
}

function note(before: Uint8Array, now: Uint8Array, seen: string[]): void {
  const word = (bytes: Uint8Array, offset: number): number =>
    new DataView(bytes.slice(offset, offset + 4).buffer).getUint32(0, true);
  const { status, gfeatures } = FwRscVdev.offset;
  if (before[status] !== now[status]) seen.push(`status ${now[status]}`);
  if (word(before, gfeatures) !== word(now, gfeatures)) seen.push(`gfeatures ${word(now, gfeatures)}`);
  for (const i of [0, 1]) {
    const at = FwRscVdev.size + 20 * i;
    if (word(before, at) !== word(now, at)) seen.push(`da${i} ${word(now, at).toString(16)}`);
  }
}

test(
  'linux-rpmsg 4 and 8: without F_NS: online, but announcements have no recipient',
  deadline(LIMIT, async () => {
    const { remote, lines, state } = await rpmsgBench({ dfeatures: 0 });
    assert.is(state().gfeatures, 0);
    lines();
    remote.announce('x', 1024);
    assert.equal(lines(), ['msg received with no recipient']);
  }),
);

test(
  'linux-rpmsg 4: removal: status 0, channels go, rings are deleted, status 1; late interrupts find nobody',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    const { bench, remote, lines } = await rpmsgBench({ drivers: [driver] });
    remote.announce('x', 1024);
    const statusAtRemove: number[] = [];
    const { remove } = driver;
    driver.remove = (channel) => {
      statusAtRemove.push(bench.sim.rproc.table!.bytes()[payloadOf(bench.sim.rproc.table!.bytes(), 0) + 20]);
      remove.call(driver, channel);
    };
    lines();
    assert.is(await bench.sim.stop(), 0);
    assert.equal(statusAtRemove, [0]);
    assert.equal(driver.events.slice(1), ['remove virtio0.x.-1.1024']);
    assert.equal(bench.sim.channels, []);
    assert.is(bench.sim.rproc.vqInterrupt(0), false);
    assert.equal(lines(), ['stopped remote processor m4']);
    // The same index, fresh rings, and the pool's memory is there again.
    assert.is((await bench.start()).errno, 0);
    assert.is(remote.tx.availIdx, 4);
  }),
);

async function channelX() {
  const driver = new RecordingDriver('d', 'x');
  const parts = await rpmsgBench({ drivers: [driver] });
  parts.remote.announce('x', 1024);
  parts.lines();
  driver.events.length = 0;
  parts.bench.core.calls.length = 0;
  return { ...parts, driver };
}

test(
  'linux-rpmsg 6 #2 #3, 3 #4: a message reaches the endpoint; the same buffer is posted again, one kick for the batch',
  deadline(LIMIT, async () => {
    const { bench, remote, driver } = await channelX();
    const posted = remote.tx.availIdx;
    const ids = ['one', 'two', 'three'].map((text) =>
      remote.sendRaw(rpmsgBytes(1024, 1024, Buffer.from(text))),
    );
    assert.equal(driver.events, []);
    remote.interrupt(0);
    assert.equal(driver.events, ['one from 1024', 'two from 1024', 'three from 1024']);
    assert.is(remote.tx.availIdx, posted + 3);
    assert.equal(
      [0, 1, 2].map((i) => remote.tx.availRing((posted + i) % 4)),
      ids,
    );
    assert.equal(remote.tx.desc(ids[0]).len, 512);
    assert.equal(bench.core.calls, ['kick 0']);
    remote.interrupt(0);
    assert.equal(bench.core.calls, ['kick 0']);
  }),
);

test(
  'linux-rpmsg 6: no kick for given buffers while the remote has set NO_NOTIFY',
  deadline(LIMIT, async () => {
    const { bench, remote } = await channelX();
    remote.tx.usedFlags = 1;
    remote.send(1024, 1024, 'x');
    assert.equal(bench.core.calls, []);
  }),
);

const tooBig: [string, Uint8Array, number, string][] = [
  ['used.len beyond the buffer', rpmsgBytes(1, 1024, new Uint8Array(4)), 513, '(513, 4)'],
  ['hdr.len beyond used.len', rpmsgBytes(1, 1024, new Uint8Array(4), 5), 20, '(20, 5)'],
  ['payload without room', rpmsgBytes(1, 1024, new Uint8Array(0), 1), 16, '(16, 1)'],
];
for (const [name, bytes, usedLen, shown] of tooBig) {
  test(
    `linux-rpmsg 6 #1, 3 #5: ${name}: draining stops, the buffer is lost, what is behind waits for the next interrupt`,
    deadline(LIMIT, async () => {
      const { bench, remote, driver, lines } = await channelX();
      const posted = remote.tx.availIdx;
      remote.sendRaw(bytes, usedLen);
      remote.sendRaw(rpmsgBytes(1, 1024, Buffer.from('behind')));
      remote.interrupt(0);
      assert.equal(lines(), [`inbound msg too big: ${shown}`]);
      assert.equal(driver.events, []);
      assert.is(remote.tx.availIdx, posted);
      assert.equal(bench.core.calls, []);
      remote.interrupt(0);
      assert.equal(driver.events, ['behind from 1']);
      assert.is(remote.tx.availIdx, posted + 1);
    }),
  );
}

test(
  'linux-rpmsg 6 #1: used.len below 16 wraps and is not rejected; exactly full and empty messages are fine',
  deadline(LIMIT, async () => {
    const { remote, driver, lines } = await channelX();
    remote.sendRaw(rpmsgBytes(7, 1024, Buffer.from('zero')), 0);
    remote.sendRaw(rpmsgBytes(7, 1024, Buffer.from('few')), 15);
    remote.interrupt(0);
    remote.send(7, 1024, '');
    remote.send(7, 1024, 'x'.repeat(496));
    assert.equal(driver.events, ['zero from 7', 'few from 7', ' from 7', `${'x'.repeat(496)} from 7`]);
    assert.equal(lines(), []);
  }),
);

test(
  'linux-rpmsg 6 #2: no recipient: dropped, the buffer goes back, the message is rate-limited to 10 in 5 s',
  deadline(LIMIT, async () => {
    const { bench, remote, lines } = await channelX();
    const posted = remote.tx.availIdx;
    for (let i = 0; i < 13; i++) remote.send(1024, 4711, 'x');
    assert.is(remote.tx.availIdx, posted + 13);
    assert.equal(lines(), new Array(10).fill('msg received with no recipient'));
    bench.sim.scheduler.runUntil(() => false, 5001);
    remote.send(1024, 4711, 'x');
    assert.equal(lines(), ['rpmsg_recv_single: 3 callbacks suppressed', 'msg received with no recipient']);
  }),
);

test(
  'linux-rpmsg 3 #1: a broken ring names its queue: its message, then "uhm", then silence for ever',
  deadline(LIMIT, async () => {
    const { remote, driver, lines } = await channelX();
    remote.tx.give(9, 16);
    remote.interrupt(0);
    assert.equal(lines(), ['input:id 9 out of range', 'uhm, incoming signal, but no used buffer ?']);
    remote.send(1, 1024, 'x');
    assert.equal(lines(), []);
    assert.equal(driver.events, []);
  }),
);

test(
  "linux-rpmsg 6: an interrupt for an id that nobody has is nobody's (IRQ_NONE)",
  deadline(LIMIT, async () => {
    const { bench } = await channelX();
    assert.is(bench.sim.rproc.vqInterrupt(2), false);
    assert.is(bench.sim.rproc.vqInterrupt(0), true);
  }),
);

test(
  'linux-rpmsg 3: rings of different sizes are worth a WARN, the count is that of ring 0',
  deadline(LIMIT, async () => {
    const { bench, remote } = await rpmsgBench({ num: 4, numOut: 8 });
    assert.is(remote.tx.availIdx, 4);
    const warning = 'WARNING: at drivers/rpmsg/virtio_rpmsg_bus.c rpmsg_probe';
    const told = ({ sim }: Bench) => sim.kernel.log.lines.filter(({ text }) => text === warning).length;
    assert.is(told(bench), 1);
    assert.is(told((await rpmsgBench({ num: 4 })).bench), 0);
  }),
);

test(
  'linux-rpmsg 4 #9: no kick of ring 0 when the remote does not want one',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    // used.flags of ring 0; the driver zeroes the ring before it looks, so the remote sets it when the status is 3.
    const { bus } = bench.sim.rproc.platform;
    const { register } = bus;
    bus.register = (id, parent, transport) => {
      const { findVqs } = transport;
      transport.findVqs = (names, callbacks) => {
        const queues = findVqs.call(transport, names, callbacks);
        bench.at(0x10060000 + 80, 1)[0] = 1;
        return queues;
      };
      return register.call(bus, id, parent, transport);
    };
    const { log } = await bench.start(image({ table: table([vdev()]) }));
    assert.equal(bench.core.calls, ['start']);
    assert.ok(log.includes('virtio_rpmsg_bus virtio0: rpmsg host is online'));
  }),
);

test(
  'linux-rpmsg 6: an interrupt without a new used entry runs nothing',
  deadline(LIMIT, async () => {
    const { bench, lines, driver } = await channelX();
    assert.is(bench.sim.rproc.vqInterrupt(0), true);
    bench.sim.settle();
    assert.equal(lines(), []);
    assert.equal(driver.events, []);
    assert.equal(bench.core.calls, []);
  }),
);

test(
  'linux-rpmsg 7: a destroyed endpoint gets no more messages',
  deadline(LIMIT, async () => {
    const { driver, lines, remote } = await channelX();
    const got: number[] = [];
    const ept = driver.channels[0].createEpt((data) => got.push(data.length), 9)!;
    remote.send(5, 9, 'abc');
    ept.destroy();
    remote.send(5, 9, 'abcd');
    assert.equal(got, [3]);
    assert.equal(lines(), ['msg received with no recipient']);
  }),
);

test(
  'linux-rpmsg 7: endpoints: lowest free address from 1024, fixed ones exactly, taken ones refused with -28',
  deadline(LIMIT, async () => {
    const { driver, lines, remote } = await channelX();
    const [channel] = driver.channels;
    const got: string[] = [];
    const make = (addr?: number) =>
      channel.createEpt((data, src) => got.push(`${addr} ${data.length} ${src}`), addr);
    assert.is(channel.src, 1024);
    const second = make()!;
    assert.is(second.addr, 1025);
    assert.is(make(7)!.addr, 7);
    assert.is(make(1026)!.addr, 1026);
    assert.is(make()!.addr, 1027);
    second.destroy();
    assert.is(make()!.addr, 1025);
    assert.equal(lines(), []);
    assert.is(make(53), undefined);
    assert.is(make(7), undefined);
    assert.equal(lines(), new Array(2).fill('d virtio0.x.-1.1024: idr_alloc failed: -28'));
    remote.send(5, 7, 'abc');
    assert.equal(got, ['7 3 5']);
  }),
);

test(
  'linux-rpmsg 7 #2: one address space for all channels of a vdev; destroyed endpoints are found no more',
  deadline(LIMIT, async () => {
    const { bench, remote, driver, lines } = await channelX();
    remote.announce('x', 1025);
    remote.announce('free', 1026);
    const [first, second] = driver.channels;
    const free = bench.sim.channels[2];
    assert.equal([first.src, second.src], [1024, 1025]);
    assert.is(free.createEpt(() => {})!.addr, 1026);
    lines();
    assert.is(
      free.createEpt(() => {}, 1025),
      undefined,
    );
    assert.equal(lines(), ['rpmsg virtio0.free.-1.1026: idr_alloc failed: -28']);
    driver.events.length = 0;
    remote.send(1, 1025, 'second');
    const { ept } = second;
    ept!.destroy();
    remote.send(1, 1025, 'nobody');
    assert.equal(driver.events, ['second from 1']);
    assert.equal(lines(), ['msg received with no recipient']);
    // Destroying it again does not take the address from its next owner.
    assert.ok(free.createEpt(() => {}, 1025));
    ept!.destroy();
    remote.send(1, 1025, 'x');
    assert.equal(lines(), []);
  }),
);

test(
  'linux-rpmsg 7 #2: an endpoint that is destroyed in its own callback hears nothing more of the batch',
  deadline(LIMIT, async () => {
    const { remote, driver, lines } = await channelX();
    const heard: string[] = [];
    driver.callback = (channel, data) => {
      heard.push(Buffer.from(data).toString());
      channel.ept!.destroy();
    };
    for (const text of ['one', 'two']) remote.sendRaw(rpmsgBytes(1, 1024, Buffer.from(text)));
    remote.interrupt(0);
    assert.equal(heard, ['one']);
    assert.equal(lines(), ['msg received with no recipient']);
  }),
);

test(
  'linux-rpmsg 7 #3: the default endpoint is there before probe and hears at once',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    const { remote } = await rpmsgBench({ drivers: [driver] });
    const { probe } = driver;
    driver.probe = (channel) => {
      assert.is(channel.ept!.addr, channel.src);
      remote.send(7, channel.src, 'early');
      return probe.call(driver, channel);
    };
    remote.announce('x', 1024);
    assert.equal(driver.events, ['probe virtio0.x.-1.1024 src 1024', 'early from 7']);
  }),
);

test(
  'linux-rpmsg 3 #5: used.len of vring 1 is ignored',
  deadline(LIMIT, async () => {
    const { remote, driver, lines } = await channelX();
    const { ept } = driver.channels[0];
    for (let i = 0; i < 4; i++) ept!.send(Uint8Array.of(i));
    for (const len of [0, 0xffffffff, 513, 15]) remote.rx.give(remote.rx.take()!.id, len);
    for (let i = 0; i < 4; i++) assert.is(ept!.trysend(Uint8Array.of(i)), 0);
    assert.is(ept!.trysend(Uint8Array.of(9)), -12);
    assert.equal(lines(), []);
  }),
);

test(
  'linux-rpmsg 4: probe failure: status 0x83, the vdev stays, its ring is silent',
  deadline(LIMIT, async () => {
    const bench = new Bench({});
    const bytes = table([vdev([{}], { dfeatures: 1 })]);
    const { log } = await bench.start(image({ table: bytes }));
    const live = bench.sim.rproc.table!.bytes();
    assert.is(live[payloadOf(bytes, 0) + FwRscVdev.offset.status], 0x83);
    assert.equal(log.slice(-3), [
      'virtio_rpmsg_bus virtio0: probe with driver virtio_rpmsg_bus failed with error -12',
      'rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)',
      'remote processor m4 is now up',
    ]);
    assert.is(bench.sim.rproc.vqInterrupt(0), false);
    assert.equal(bench.sim.rpmsg.devices, []);
    assert.is(await bench.sim.stop(), 0);
  }),
);

test.run();
