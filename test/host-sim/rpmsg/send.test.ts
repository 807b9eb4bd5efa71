/** linux-rpmsg.md section 5: sending from the host, waiting for buffers, kicks. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import { rpmsgSend } from '../../../host-sim/rpmsg/channel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { RecordingDriver, rpmsgBench } from '../../support/sim-rpmsg.js';

const LIMIT = 10_000;
const ANY = 0xffffffff;
/** Who prints when the channel of `channelX` sends. */
const DEV = 'd virtio0.x.-1.2000: ';
const text = (value: string): Uint8Array => new Uint8Array(Buffer.from(value));

/** A channel with `num` send buffers in all. */
async function channelX(kernel?: KernelVersion, num = 4) {
  const driver = new RecordingDriver('d', 'x');
  const parts = await rpmsgBench({ kernel, num, drivers: [driver] });
  parts.remote.announce('x', 2000);
  parts.lines();
  driver.events.length = 0;
  parts.bench.core.calls.length = 0;
  const [channel] = driver.channels;
  return { ...parts, driver, channel, ept: channel.ept! };
}

test(
  'linux-rpmsg 5 #6: header, payload, kick of vring 1; reserved and flags are 0',
  deadline(LIMIT, async () => {
    const { bench, remote, channel } = await channelX();
    assert.is(rpmsgSend(channel, text('hello')), 0);
    assert.equal(bench.core.calls, ['kick 1']);
    const { addr, len } = remote.rx.desc(0);
    assert.is(len, 21);
    const expected = [0, 4, 0, 0, 0xd0, 7, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, ...text('hello')];
    assert.equal([...bench.atPa(addr, 21)], expected);
    assert.equal(remote.receive(), { src: 1024, dst: 2000, data: text('hello') });
  }),
);

test(
  'linux-rpmsg 5 #6: no kick while the remote has set NO_NOTIFY, the message is there all the same',
  deadline(LIMIT, async () => {
    const { bench, remote, channel } = await channelX();
    remote.rx.usedFlags = 1;
    assert.is(rpmsgSend(channel, text('quiet')), 0);
    assert.equal(bench.core.calls, []);
    assert.equal(remote.receive()?.data, text('quiet'));
  }),
);

test(
  'linux-rpmsg 5 #1 #2: -EINVAL for the any address, -EMSGSIZE beyond 496, in this order',
  deadline(LIMIT, async () => {
    const { bench, ept, lines } = await channelX();
    assert.is(ept.sendto(new Uint8Array(1), ANY), -22);
    assert.is(ept.trysendto(new Uint8Array(497), ANY), -22);
    assert.equal(lines(), [
      `${DEV}invalid addr (src 0x400, dst 0xffffffff)`,
      `${DEV}invalid addr (src 0x400, dst 0xffffffff)`,
    ]);
    assert.is(ept.sendOffchannel!(ANY, 5, new Uint8Array(497)), -22);
    assert.equal(lines(), [`${DEV}invalid addr (src 0xffffffff, dst 0x5)`]);
    assert.is(ept.sendto(new Uint8Array(497), 1), -90);
    assert.is(ept.trysendto(new Uint8Array(10_000), 1), -90);
    assert.equal(lines(), [`${DEV}message is too big (497)`, `${DEV}message is too big (10000)`]);
    assert.equal(bench.core.calls, []);
    assert.is(ept.sendto(new Uint8Array(496), 1), 0);
    assert.is(ept.sendto(new Uint8Array(0), 1), 0);
  }),
);

test(
  'linux-rpmsg 5 #3: no buffer, not waiting: -ENOMEM, silent, no time passes',
  deadline(LIMIT, async () => {
    const { bench, ept, lines } = await channelX();
    for (let i = 0; i < 4; i++) assert.is(ept.trysendto(text('x'), 2000), 0);
    const { now } = bench.sim.scheduler;
    assert.is(ept.trysendto(text('x'), 2000), -12);
    assert.is(bench.sim.scheduler.now, now);
    assert.equal(lines(), []);
  }),
);

for (const kernel of kernelVersions) {
  const old = kernel !== '7.2';
  test(
    `linux-rpmsg 5 #4: timeout after 15 s: -512; tx interrupts ${old ? 'on only meanwhile' : 'on always'} (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, remote, ept, lines } = await channelX(kernel);
      const { scheduler } = bench.sim;
      for (let i = 0; i < 4; i++) ept.sendto(text('x'), 2000);
      assert.is(remote.rx.availFlags, old ? 1 : 0);
      const { now } = scheduler;
      let meanwhile: number | undefined;
      scheduler.at(now + 7000, () => {
        meanwhile = remote.rx.availFlags;
      });
      assert.is(ept.sendto(text('y'), 2000), -512);
      assert.is(scheduler.now, now + 15000);
      assert.is(meanwhile, 0);
      assert.is(remote.rx.availFlags, old ? 1 : 0);
      assert.equal(lines(), [`${DEV}timeout waiting for a tx buffer`]);
    }),
  );

  test(
    `linux-rpmsg 5 #4: a buffer that comes back with an interrupt ends the wait at once (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, remote, ept, lines } = await channelX(kernel);
      const { scheduler } = bench.sim;
      for (let i = 0; i < 4; i++) ept.sendto(text(`${i}`), 2000);
      const begin = scheduler.now;
      scheduler.at(begin + 40, () => {
        assert.is(remote.rx.availFlags, 0);
        assert.equal(remote.receive()?.data, text('0'));
        bench.core.parts.events.kicked(1);
      });
      assert.is(ept.sendto(text('late'), 2000), 0);
      assert.is(scheduler.now, begin + 40);
      assert.is(remote.rx.availFlags, old ? 1 : 0);
      assert.equal(
        [1, 2, 3, 4].map(() => Buffer.from(remote.receive()!.data).toString()),
        ['1', '2', '3', 'late'],
      );
      assert.equal(lines(), []);
    }),
  );
}

test(
  'linux-rpmsg 5 #4: a remote that never interrupts on vring 1 stalls the sender until its 15 s are over',
  deadline(LIMIT, async () => {
    const { bench, remote, ept, lines } = await channelX();
    const { scheduler } = bench.sim;
    for (let i = 0; i < 4; i++) ept.sendto(text('x'), 2000);
    const begin = scheduler.now;
    scheduler.at(begin + 40, () => remote.receive());
    scheduler.at(begin + 50, () => {});
    assert.is(ept.sendto(text('y'), 2000), 0);
    assert.is(scheduler.now, begin + 15000);
    assert.equal(lines(), []);
  }),
);

test(
  'linux-rpmsg 5 #4: an interrupt for vring 0 does not wake a sender',
  deadline(LIMIT, async () => {
    const { bench, remote, ept, driver } = await channelX();
    const { scheduler } = bench.sim;
    for (let i = 0; i < 4; i++) ept.sendto(text('x'), 2000);
    const begin = scheduler.now;
    scheduler.at(begin + 40, () => {
      remote.receive();
      remote.send(2000, 1024, 'meanwhile');
    });
    assert.is(ept.sendto(text('y'), 2000), 0);
    assert.is(scheduler.now, begin + 15000);
    assert.equal(driver.events, ['meanwhile from 2000']);
  }),
);

test(
  'linux-rpmsg 3: buffers are handed out once, then the oldest used one is taken; heads follow the free list',
  deadline(LIMIT, async () => {
    const { remote, ept } = await channelX();
    const places: number[] = [];
    for (let i = 0; i < 10; i++) {
      assert.is(ept.sendto(text(`${i}`), 2000), 0);
      const slot = (remote.rx.availIdx - 1) & 0xffff;
      places.push(remote.rx.desc(remote.rx.availRing(slot % 4)).addr);
      if (i >= 3) assert.equal(Buffer.from(remote.receive()!.data).toString(), `${i - 3}`);
    }
    const [first, second, third, fourth] = places;
    assert.equal([second - first, third - first, fourth - first], [512, 1024, 1536]);
    assert.equal(places.slice(4), [first, second, third, fourth, first, second]);
  }),
);

test(
  'linux-rpmsg 3 and 5 #5: vring 1 smaller than the send half: -28, a forced kick, and the buffer is lost for good',
  deadline(LIMIT, async () => {
    const driver = new RecordingDriver('d', 'x');
    const { bench, remote, lines } = await rpmsgBench({ num: 4, numOut: 2, drivers: [driver] });
    remote.announce('x', 2000);
    const ept = driver.channels[0].ept!;
    ept.sendto(text('0'), 2000);
    ept.sendto(text('1'), 2000);
    lines();
    bench.core.calls.length = 0;
    assert.is(ept.sendto(text('2'), 2000), -28);
    assert.equal(lines(), [`${DEV}virtqueue_add_outbuf failed: -28`]);
    assert.equal(bench.core.calls, ['kick 1']);
    assert.is(ept.trysendto(text('3'), 2000), -28);
    // All four were handed out, two of them are nowhere.
    assert.is(ept.trysendto(text('4'), 2000), -12);
  }),
);

test(
  'linux-rpmsg 3: a buffer that is used waits until all others were handed out',
  deadline(LIMIT, async () => {
    const { remote, ept } = await channelX();
    const places: number[] = [];
    for (let i = 0; i < 5; i++) {
      assert.is(ept.sendto(text('x'), 2000), 0);
      const { addr, id } = remote.rx.take()!;
      places.push(addr);
      remote.rx.give(id, 0);
    }
    assert.equal(
      places.map((addr) => addr - places[0]),
      [0, 512, 1024, 1536, 0],
    );
  }),
);

test(
  'linux-rpmsg 3: used.len in vring 1 is ignored',
  deadline(LIMIT, async () => {
    const { remote, ept } = await channelX();
    for (const len of [0, 5, 513, 0xffffffff]) {
      for (let i = 0; i < 4; i++) assert.is(ept.trysendto(text('x'), 2000), 0);
      assert.is(ept.trysendto(text('x'), 2000), -12);
      for (let i = 0; i < 4; i++) remote.rx.give(remote.rx.take()!.id, len);
    }
    assert.is(ept.trysendto(text('x'), 2000), 0);
  }),
);

test(
  'linux-rpmsg 5: an empty message is sent as any other',
  deadline(LIMIT, async () => {
    const { remote, ept } = await channelX();
    assert.is(ept.send(new Uint8Array(0)), 0);
    assert.equal(remote.receive(), { src: 1024, dst: 2000, data: new Uint8Array(0) });
  }),
);

test(
  'linux-rpmsg 5 #5: a broken queue: the error is told; the message is not sent',
  deadline(LIMIT, async () => {
    const { bench, remote, ept, lines } = await channelX();
    for (let i = 0; i < 4; i++) ept.sendto(text('x'), 2000);
    remote.rx.give(7, 0);
    assert.is(ept.trysendto(text('y'), 2000), -12);
    assert.equal(lines(), ['output:id 7 out of range']);
    assert.is(bench.core.calls.length, 4);
  }),
);

test(
  'linux-rpmsg 5 and 6: a callback that sends may block: the one buffer comes back meanwhile, messages behind wait',
  deadline(LIMIT, async () => {
    const { bench, remote, ept, driver } = await channelX();
    const { scheduler } = bench.sim;
    for (let i = 0; i < 4; i++) ept.sendto(text('x'), 2000);
    const order: string[] = [];
    driver.callback = (_channel, data) => {
      const word = Buffer.from(data).toString();
      order.push(`begin ${word}`);
      order.push(`${word} sent ${ept.sendto(text(word), 2000)}`);
    };
    scheduler.at(scheduler.now + 5, () => {
      remote.receive();
      remote.sendRaw(
        Buffer.concat([Buffer.from([0xd0, 7, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]), Buffer.from('b')]),
      );
      bench.core.parts.events.kicked(0);
      bench.core.parts.events.kicked(1);
    });
    scheduler.at(scheduler.now + 9, () => {
      remote.receive();
      bench.core.parts.events.kicked(1);
    });
    remote.send(2000, 1024, 'a');
    assert.equal(order, ['begin a', 'a sent 0', 'begin b', 'b sent 0']);
  }),
);

test.run();
