/** The remote follows the status byte: nothing before DRIVER_OK, nothing after it is gone, all again on the next. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { da } from '../../runtime/abi/address.js';
import { FwRscVdev, FwRscVdevVring } from '../../runtime/abi/resource-table.js';
import { RpmsgNsMsg } from '../../runtime/abi/rpmsg.js';
import type { VdevEntry } from '../../runtime/table.js';
import { Vdev } from '../../runtime/virtio/vdev.js';
import type { Virtqueue } from '../../runtime/virtio/virtqueue.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { BASE, boardInfo, jobs, PA_BASE, SimHal, SimHost } from '../support/sim-hal.js';
import { vdev as vdevBytes } from '../support/sim-images.js';

const NO_ALARMS = {
  start: () => 0,
  stop: () => {},
  fail(error: unknown): never {
    throw error;
  },
};
const LIMIT = 5000;

test(
  'before DRIVER_OK neither rings nor addresses are looked at, whatever kicks come',
  deadline(LIMIT, () => {
    const host = new SimHost();
    host.rpmsg.createEndpoint({ name: 'x' }, () => {});
    const before = host.hal.windows.length;
    for (const status of [0, 1, 3, 0x83, 0x40]) {
      host.vdev.status = status;
      host.vring(0).da = 0xdead0000;
      host.hal.interrupt();
      host.hal.advance(50);
      assert.is(host.remote.vdevs[0].live, false);
    }
    assert.is(host.hal.windows.length, before);
    assert.equal(host.hal.kicks, []);
    assert.is(host.rpmsg.mtu(), 0);
  }),
);

test(
  'DRIVER_OK by kick: da, num, align and gfeatures are read then, the announcement goes out',
  deadline(LIMIT, () => {
    const host = new SimHost();
    const endpoint = host.rpmsg.createEndpoint({ name: 'x' }, () => {});
    assert.is(endpoint.mtu, 0);
    host.up();
    assert.is(host.remote.vdevs[0].live, true);
    assert.is(host.remote.vdevs[0].features, 1);
    assert.equal(host.hal.kicks, [4]);
    const [{ src, dst, data }] = host.received();
    assert.equal([src, dst], [1024, 53]);
    assert.equal(RpmsgNsMsg.unpack(data), { name: 'x', addr: 1024, flags: 0 });
    assert.is(endpoint.mtu, 496);
  }),
);

test(
  'DRIVER_OK without a kick is seen within 10 ms, its end within 100 ms',
  deadline(LIMIT, () => {
    const host = new SimHost();
    host.hal.advance(1000);
    host.up({ kick: false });
    host.hal.advance(10);
    assert.is(host.remote.vdevs[0].live, true);
    host.hal.advance(1000);
    host.down();
    host.hal.advance(100);
    assert.is(host.remote.vdevs[0].live, false);
  }),
);

test(
  'gfeatures decide, not dfeatures: without F_NS nothing is announced',
  deadline(LIMIT, () => {
    const host = new SimHost({ dfeatures: 1 });
    host.rpmsg.createEndpoint({ name: 'x' }, () => {}).destroy();
    host.rpmsg.createEndpoint({ name: 'y' }, () => {});
    host.up({ features: 0 });
    host.rpmsg.createEndpoint({ name: 'z' }, () => {}).destroy();
    assert.equal(host.received(), []);
  }),
);

test(
  'the status byte is tested by its bit: 0x0f is up, 1 is down',
  deadline(LIMIT, () => {
    const host = new SimHost();
    host.up({ kick: false });
    host.vdev.status = 0x0f;
    host.hal.interrupt();
    assert.is(host.remote.vdevs[0].live, true);
    host.down(1);
    host.hal.interrupt();
    assert.is(host.remote.vdevs[0].live, false);
  }),
);

test(
  'down: endpoints are unbound, nothing is sent or touched; up again elsewhere: fresh rings, all announced again',
  deadline(LIMIT, async () => {
    const host = new SimHost();
    const got: string[] = [];
    const events: string[] = [];
    const endpoint = host.rpmsg.createEndpoint({ name: 'x' }, (data) =>
      got.push(Buffer.from(data).toString()),
    );
    endpoint.onUnbound = () => events.push('unbound');
    endpoint.bound.then(() => events.push('bound'));
    for (let life = 0; life < 3; life++) {
      const shift = 0x20 * life;
      host.up({ shift });
      assert.is(host.received().length, 1);
      host.send(3000 + life, 1024, `hello ${life}`);
      await jobs();
      assert.is(endpoint.dst, 3000 + life);
      assert.ok(endpoint.trySend('answer'));
      assert.equal(host.texts(), ['answer']);
      events.push(`down ${life}`);
      host.down();
      // Linux frees and reuses the ring memory: nothing there may be believed or written any more.
      host.hal.bytes.fill(0xee, 0x1000, 0x20000);
      const before = host.hal.bytes.slice(0x1000);
      host.hal.interrupt();
      assert.is(endpoint.dst, -1);
      assert.is(endpoint.trySend('x'), false);
      assert.is(endpoint.mtu, 0);
      host.hal.advance(300);
      assert.equal(host.hal.bytes.slice(0x1000), before);
      endpoint.bound.then(() => events.push('bound'));
    }
    assert.equal(got, ['hello 0', 'hello 1', 'hello 2']);
    await jobs();
    const life = (i: number) => ['bound', `down ${i}`, 'unbound'];
    assert.equal(events, [...life(0), ...life(1), ...life(2)]);
  }),
);

test(
  'endpoints that are destroyed or made while the host is away are announced rightly by the next host',
  deadline(LIMIT, () => {
    const host = new SimHost();
    const gone = host.rpmsg.createEndpoint({ name: 'gone' }, () => {});
    host.rpmsg.createEndpoint({ name: 'stays' }, () => {});
    host.up();
    host.received();
    host.down();
    host.hal.interrupt();
    gone.destroy();
    host.rpmsg.createEndpoint({ name: 'new' }, () => {});
    host.up();
    const told = host.received().map(({ data }) => RpmsgNsMsg.unpack(data));
    assert.equal(told, [
      { name: 'stays', addr: 1025, flags: 0 },
      { name: 'new', addr: 1026, flags: 0 },
    ]);
  }),
);

test(
  'an announcement that still waited for a buffer when the host went is made once by the next',
  deadline(LIMIT, () => {
    const host = new SimHost({ num: 2, posted: 1 });
    host.repost = false;
    for (const name of ['a', 'b', 'c']) host.rpmsg.createEndpoint({ name }, () => {});
    host.up();
    assert.is(host.received().length, 1);
    host.down();
    host.hal.interrupt();
    host.repost = true;
    host.up();
    const names: string[] = [];
    for (let i = 0; i < 10; i++) {
      names.push(...host.received().map(({ data }) => RpmsgNsMsg.unpack(data).name));
    }
    assert.equal(names, ['a', 'b', 'c']);
  }),
);

function rawVdev(hal: SimHal, vrings = 2): { vdev: Vdev; entry: VdevEntry } {
  const bytes = vdevBytes(
    Array.from({ length: vrings }, (_, i) => ({
      num: 4,
      align: 16,
      da: BASE + 0x1000 * (i + 1),
      notifyid: 8 + i,
    })),
    { id: 3 },
  ).subarray(4);
  hal.bytes.set(bytes, 0x100);
  const live = hal.bytes.subarray(0x100, 0x100 + bytes.length);
  const entry = { index: 1, id: 3, da: da(BASE + 0x100), bytes: live };
  return { vdev: new Vdev(hal, boardInfo, entry, NO_ALARMS), entry };
}

test(
  'a ring that Linux allocated is reported by its physical address; where nothing knows it, as it is',
  deadline(LIMIT, () => {
    const started: number[] = [];
    for (const reported of [BASE + 0x1000, PA_BASE + 0x1000, 0xdead0000]) {
      const hal = new SimHal();
      const { vdev, entry } = rawVdev(hal);
      FwRscVdevVring.over(entry.bytes, FwRscVdev.size).da = reported;
      vdev.attach({
        writable: [true, false],
        start: ([first]) => {
          started.push(first.desc.byteOffset);
          return () => {};
        },
        stop: () => {},
      });
      entry.bytes[20] = 7;
      if (reported === 0xdead0000)
        assert.throws(() => vdev.poll(), /vring at 0xdead0000 .* does not lie in the memory/);
      else vdev.poll();
    }
    assert.equal(started, [0x1000, 0x1000]);
  }),
);

test(
  'other device types: a driver of their own gets the queues, its work runs after each kick',
  deadline(LIMIT, () => {
    const hal = new SimHal();
    const { vdev, entry } = rawVdev(hal);
    const log: string[] = [];
    let queues: readonly Virtqueue[] = [];
    entry.bytes[20] = 7;
    vdev.poll();
    assert.is(vdev.live, false);
    vdev.attach({
      writable: [true, false],
      start(given, features) {
        queues = given;
        log.push(`start ${features}`);
        return () => log.push('work');
      },
      stop: () => log.push('stop'),
    });
    vdev.poll();
    vdev.poll();
    entry.bytes[20] = 0;
    vdev.poll();
    vdev.poll();
    assert.equal(log, ['start 0', 'work', 'work', 'stop']);
    assert.equal(
      queues.map(({ num, notifyid }) => [num, notifyid]),
      [
        [4, 8],
        [4, 9],
      ],
    );
    assert.equal([vdev.index, vdev.id, vdev.status], [1, 3, 0]);
  }),
);

test(
  'a driver that is back before the status byte was looked at is found by its zeroed rings',
  deadline(LIMIT, () => {
    for (const before of [0, 1, 7, 30]) {
      const host = new SimHost();
      const heard: string[] = [];
      const endpoint = host.rpmsg.createEndpoint({ name: 'x' }, (data) => heard.push(`${data}`));
      let unbound = 0;
      endpoint.onUnbound = () => unbound++;
      host.up();
      host.received();
      for (let i = 0; i < before; i++) host.send(9, 1024, Uint8Array.of(i));
      endpoint.trySendTo(9, 'one');
      host.received();
      host.down();
      host.up();
      assert.equal(host.received(), [], 'nothing tells the remote yet');
      host.hal.advance(100);
      const [{ src, dst }] = host.received();
      assert.equal([src, dst], [1024, 53], `announced again after ${before} messages`);
      assert.is(unbound, before > 0 ? 1 : 0, 'who had a peer is told');
      host.send(9, 1024, Uint8Array.of(99));
      assert.is(heard.at(-1), '99');
      assert.is(heard.length, before + 1);
      assert.is(host.hal.crashed, undefined);
      host.hal.advance(1000);
      assert.equal(host.received(), [], 'and only once');
    }
  }),
);

test.run();
