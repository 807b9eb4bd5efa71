/** virtio-ring.md sections 1, 3 and 5: the driver side, byte by byte, against a device model of the tests' own. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Virtqueue } from '../../../host-sim/virtio/virtqueue.js';
import { pa } from '../../../runtime/abi/address.js';
import { VIRTIO_RING_F_EVENT_IDX } from '../../../runtime/abi/virtio.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { RemoteRing } from '../../support/sim-remote.js';

const LIMIT = 5000;
const EVENT_IDX = 1 << VIRTIO_RING_F_EVENT_IDX;

interface SetupOptions {
  readonly num?: number;
  readonly align?: number;
  readonly base?: number;
  readonly features?: number;
}

function setup({ num = 4, align = 16, base = 0x30060000, features = 0 }: SetupOptions = {}) {
  const memory = new Uint8Array(0x10000);
  const start = Math.floor(base / 4096) * 4096;
  const log: string[] = [];
  const queue = new Virtqueue(
    'input',
    { num, align },
    pa(base),
    memory.subarray(base - start),
    features,
    () => log.push('callback'),
    () => log.push('kick'),
  );
  queue.onBroken = (text) => log.push(text);
  const device = new RemoteRing((at, len) => memory.subarray(at - start, at - start + len), base, num, align);
  return { queue, device, log, memory };
}

test(
  '3 add: descriptor, avail slot, avail.idx; flags 2 for in, 0 for out; next keeps the free list',
  deadline(LIMIT, () => {
    const { queue, device, memory } = setup();
    assert.is(queue.addInbuf(0x1_3000_0200, 512, 0), 0);
    assert.is(queue.addOutbuf(0x30000400, 28, 1), 0);
    assert.equal(device.desc(0), { id: 0, addr: 0x1_3000_0200, len: 512, flags: 2, next: 1 });
    assert.equal(device.desc(1), { id: 1, addr: 0x30000400, len: 28, flags: 0, next: 2 });
    assert.is(device.availIdx, 2);
    assert.equal([device.availRing(0), device.availRing(1), device.availRing(2)], [0, 1, 0]);
    // Nothing of the used ring is touched: 80 is where it begins for n 4, A 16.
    assert.equal([...memory.subarray(72, 200)], new Array(128).fill(0));
  }),
);

test(
  '3 the free list is LIFO: get then add takes the same head',
  deadline(LIMIT, () => {
    const { queue, device } = setup();
    for (let i = 0; i < 4; i++) queue.addInbuf(0x1000 * i, 512, 10 + i);
    for (const id of [2, 0, 3]) device.give(id, 1);
    assert.equal([queue.getBuf(), queue.getBuf(), queue.getBuf()], [12, 10, 13]);
    const before = device.availIdx;
    for (let i = 0; i < 3; i++) queue.addInbuf(0x5000, 512, 20 + i);
    assert.equal(
      [0, 1, 2].map((i) => device.availRing((before + i) % 4)),
      [3, 0, 2],
    );
    device.give(1, 7);
    assert.is(queue.getBuf(), 11);
    assert.is(queue.usedLen, 7);
    queue.addInbuf(0x6000, 512, 5);
    assert.is(device.availRing((before + 3) % 4), 1);
  }),
);

test(
  '3 full: -ENOSPC; for out buffers a kick is forced, for in buffers not; NO_NOTIFY does not hold it back',
  deadline(LIMIT, () => {
    const { queue, device, log } = setup({ num: 2 });
    queue.addOutbuf(0, 1, 0);
    queue.addOutbuf(0, 1, 1);
    device.usedFlags = 1;
    assert.is(queue.addInbuf(0, 1, 2), -28);
    assert.equal(log, []);
    assert.is(queue.addOutbuf(0, 1, 2), -28);
    assert.equal(log, ['kick']);
    assert.is(device.availIdx, 2);
  }),
);

test(
  '3 both indices run past 65535 and wrap',
  deadline(LIMIT, () => {
    const { queue, device, log } = setup({ num: 4 });
    for (let i = 0; i < 66000; i++) {
      assert.is(queue.addOutbuf(i, 4, i % 4), 0);
      const taken = device.take();
      assert.is(taken?.addr, i);
      device.give(taken!.id, 0);
      assert.is(queue.getBuf(), i % 4);
    }
    assert.is(device.availIdx, 66000 & 0xffff);
    assert.is(device.publishedIdx, 66000 & 0xffff);
    assert.is(queue.getBuf(), -1);
    assert.equal(log, []);
  }),
);

test(
  '3 kick unless used.flags has NO_NOTIFY',
  deadline(LIMIT, () => {
    const { queue, device, log } = setup();
    queue.kick();
    device.usedFlags = 1;
    queue.kick();
    assert.is(queue.kickPrepare(), false);
    device.usedFlags = 0;
    assert.is(queue.kickPrepare(), true);
    device.usedFlags = 2;
    queue.kick();
    assert.equal(log, ['kick', 'kick']);
  }),
);

test(
  '3 get: nothing new gives -1; ids come in any order, lengths are not looked at',
  deadline(LIMIT, () => {
    const { queue, device } = setup();
    assert.is(queue.getBuf(), -1);
    for (let i = 0; i < 3; i++) queue.addInbuf(0, 512, i);
    device.put(2, 0xffffffff);
    device.put(0, 0);
    assert.is(queue.getBuf(), -1);
    device.publish();
    assert.is(queue.moreUsed, true);
    assert.is(queue.getBuf(), 2);
    assert.is(queue.usedLen, 0xffffffff);
    assert.is(queue.getBuf(), 0);
    assert.is(queue.getBuf(), -1);
    assert.is(queue.moreUsed, false);
  }),
);

const broken: [string, number, string][] = [
  ['an id of the ring size', 4, 'input:id 4 out of range'],
  ['a huge id', 0xffffffff, 'input:id 4294967295 out of range'],
  ['an id that is not outstanding', 3, 'input:id 3 is not a head!'],
];
for (const [name, id, message] of broken) {
  test(
    `3 broken for ever: ${name}`,
    deadline(LIMIT, () => {
      const { queue, device, log } = setup();
      for (let i = 0; i < 3; i++) queue.addInbuf(0, 512, i);
      device.give(1, 16);
      device.give(id, 16);
      device.give(0, 16);
      assert.is(queue.getBuf(), 1);
      assert.is(queue.getBuf(), -1);
      assert.equal(log, [message]);
      assert.is(queue.getBuf(), -1);
      assert.is(queue.addInbuf(0, 512, 7), -5);
      assert.is(queue.addOutbuf(0, 512, 7), -5);
      queue.interrupt();
      assert.equal(log, [message]);
      assert.is(queue.broken, true);
    }),
  );
}

test(
  '3 broken for ever: a buffer that comes back twice',
  deadline(LIMIT, () => {
    const { queue, device, log } = setup();
    queue.addInbuf(0, 512, 0);
    device.give(0, 16);
    device.give(0, 16);
    assert.is(queue.getBuf(), 0);
    assert.is(queue.getBuf(), -1);
    assert.equal(log, ['input:id 0 is not a head!']);
  }),
);

test(
  '3 interrupt: ignored without a new used entry; one callback at a time, a nested one runs after it',
  deadline(LIMIT, () => {
    const order: string[] = [];
    const memory = new Uint8Array(4096);
    const queue: Virtqueue = new Virtqueue(
      'input',
      { num: 4, align: 16 },
      pa(0),
      memory,
      0,
      () => {
        order.push(`begin ${queue.getBuf()}`);
        if (order.length === 1) {
          device.give(1, 0);
          queue.interrupt();
        }
        order.push('end');
      },
      () => {},
    );
    const device = new RemoteRing((at, len) => memory.subarray(at, at + len), 0, 4, 16);
    queue.addInbuf(0, 1, 10);
    queue.addInbuf(0, 1, 11);
    queue.interrupt();
    assert.equal(order, []);
    device.give(0, 0);
    queue.interrupt();
    assert.equal(order, ['begin 10', 'end', 'begin 11', 'end']);
  }),
);

test(
  '3 suppressing: avail.flags bit 0; enable tells of what came meanwhile',
  deadline(LIMIT, () => {
    const { queue, device } = setup();
    queue.addInbuf(0, 1, 0);
    queue.disableCb();
    assert.is(device.availFlags, 1);
    device.give(0, 0);
    assert.is(queue.enableCb(), false);
    assert.is(device.availFlags, 0);
    queue.getBuf();
    queue.disableCb();
    assert.is(queue.enableCb(), true);
    assert.is(device.usedEvent, 0);
  }),
);

test(
  '3 suppressing with EVENT_IDX: used_event 0, then last_used; each get moves it; flags stay 0',
  deadline(LIMIT, () => {
    const { queue, device } = setup({ features: EVENT_IDX });
    for (let i = 0; i < 4; i++) queue.addInbuf(0, 1, i);
    device.give(0, 0);
    queue.getBuf();
    assert.is(device.usedEvent, 1);
    queue.disableCb();
    assert.is(device.usedEvent, 0);
    device.give(1, 0);
    queue.getBuf();
    assert.is(device.usedEvent, 0);
    assert.is(queue.enableCb(), true);
    assert.is(device.usedEvent, 2);
    assert.is(device.availFlags, 0);
  }),
);

const examples: [number, number, number, boolean][] = [
  [5, 5, 6, true],
  [6, 5, 6, false],
  [65535, 65534, 1, true],
  [4, 5, 6, false],
  [5, 5, 5, false],
  [0, 65535, 1, true],
  [1, 65535, 1, false],
];
for (const [event, old, fresh, wanted] of examples) {
  test(
    `5 EVENT_IDX: event ${event}, old ${old}, new ${fresh} -> ${wanted ? 'kick' : 'no kick'}`,
    deadline(LIMIT, () => {
      const { queue, device, log } = setup({ num: 8, features: EVENT_IDX });
      // The device's flag is ignored with EVENT_IDX.
      device.usedFlags = 1;
      const pass = (count: number, keep: boolean): void => {
        for (let i = 0; i < count; i++) {
          assert.is(queue.addOutbuf(0, 1, 0), 0);
          if (keep) continue;
          device.give(device.take()!.id, 0);
          queue.getBuf();
        }
      };
      pass(old, false);
      queue.kickPrepare();
      pass((fresh - old) & 0xffff, true);
      device.availEvent = event;
      log.length = 0;
      queue.kick();
      assert.equal(log, wanted ? ['kick'] : []);
    }),
  );
}

const placements: [string, number, number, number, number][] = [
  ['aligned base', 0x30060000, 16, 4, 80],
  ['align 4096, base aligned', 0x10010000, 4096, 16, 0x1000],
  ['align 4096, base 0x10010010: the next multiple of the address', 0x10010010, 4096, 16, 0xff0],
  ['align 3: the mask clears bit 1', 0x10010000, 3, 4, 80],
  ['align 3, base 2 off', 0x10010002, 3, 4, 78],
  ['align 64, base 0x20', 0x30000020, 64, 16, 352],
  ['base above 2 GiB', 0x80100000, 4096, 256, 0x2000],
  ['base above 4 GiB', 0x1_0010_0010, 4096, 16, 0xff0],
];
for (const [name, base, align, num, used] of placements) {
  test(
    `1 used ring by absolute address: ${name}`,
    deadline(LIMIT, () => {
      const { queue, memory, device } = setup({ base, align, num });
      const at = (base % 4096) + used;
      queue.addInbuf(0, 512, 3);
      // used.ring[0] = { 0, 33 }, used.idx = 1, written where the reference says.
      memory.set([1, 0, 0, 0, 0, 0, 33], at + 2);
      assert.is(queue.getBuf(), 3);
      assert.is(queue.usedLen, 33);
      assert.is(device.publishedIdx, 1);
    }),
  );
}

test.run();
