/** runtime/virtio/virtqueue.ts by itself: take, put and publish for any device type. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Virtqueue as Driver } from '../../host-sim/virtio/virtqueue.js';
import { da, pa } from '../../runtime/abi/address.js';
import { Virtqueue } from '../../runtime/virtio/virtqueue.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { BASE, boardInfo, PA_BASE, SimHal } from '../support/sim-hal.js';

const LIMIT = 10_000;
const RING = 0x1000;

function setup(num = 4, writable = true) {
  const hal = new SimHal();
  const driverKicks: string[] = [];
  const ring = { num, align: 16 };
  const driver = new Driver('q', ring, pa(PA_BASE + RING), hal.bytes.subarray(RING), 0, undefined, () =>
    driverKicks.push('kick'),
  );
  const queue = new Virtqueue(hal, boardInfo, { da: da(BASE + RING), ...ring, notifyid: 6 }, writable);
  const add = (token: number, len = 64): void => {
    const at = PA_BASE + 0x10000 + token * 256;
    assert.is(writable ? driver.addInbuf(at, len, token) : driver.addOutbuf(at, len, token), 0);
  };
  return { hal, driver, queue, driverKicks, add };
}

test(
  'take: buffers in the order of the avail ring; bytes and words are the buffer; -1 when there is none',
  deadline(LIMIT, () => {
    const { queue, add, hal } = setup();
    assert.is(queue.take(), -1);
    assert.is(queue.pending(), 0);
    add(0, 10);
    add(1, 64);
    assert.is(queue.pending(), 2);
    assert.is(queue.take(), 0);
    assert.equal([queue.bytes[0].length, queue.words[0].length], [10, 2]);
    queue.words[0][1] = 0x01020304;
    assert.equal([...hal.bytes.subarray(0x10004, 0x10008)], [4, 3, 2, 1]);
    assert.is(queue.take(), 1);
    assert.is(queue.bytes[1].byteOffset, 0x10100);
    assert.is(queue.take(), -1);
  }),
);

test(
  'put and publish: nothing is visible before publish; one kick for all; nothing to publish is no kick',
  deadline(LIMIT, () => {
    const { queue, driver, add, hal } = setup();
    for (let i = 0; i < 3; i++) add(i);
    const ids = [queue.take(), queue.take(), queue.take()];
    queue.put(ids[2], 30);
    queue.put(ids[0], 10);
    assert.is(driver.moreUsed, false);
    queue.publish();
    assert.equal(hal.kicks, [6]);
    assert.equal([driver.getBuf(), driver.usedLen, driver.getBuf(), driver.usedLen], [2, 30, 0, 10]);
    assert.is(driver.getBuf(), -1);
    queue.publish();
    assert.equal(hal.kicks, [6]);
    queue.put(ids[1], 0);
    driver.disableCb();
    queue.publish();
    assert.equal(hal.kicks, [6]);
    assert.is(driver.getBuf(), 1);
  }),
);

test(
  'wantKicks: used.flags as the driver sees them',
  deadline(LIMIT, () => {
    const { queue, driver, driverKicks } = setup();
    queue.wantKicks(false);
    driver.kick();
    assert.equal(driverKicks, []);
    queue.wantKicks(true);
    driver.kick();
    assert.equal(driverKicks, ['kick']);
  }),
);

for (const num of [1, 2, 8]) {
  test(
    `ring of ${num}: more than 65536 buffers, given back in another order`,
    deadline(LIMIT, () => {
      const { queue, driver, add } = setup(num, false);
      let wrong = 0;
      for (let round = 0; round < 70_000 / num; round++) {
        for (let i = 0; i < num; i++) add(i);
        const ids = Array.from({ length: num }, () => queue.take());
        for (const id of ids.reverse()) queue.put(id, id);
        queue.publish();
        for (let i = num - 1; i >= 0; i--) if (driver.getBuf() !== i) wrong++;
      }
      assert.is(wrong, 0);
      assert.is(queue.take(), -1);
      assert.is(queue.usedIdx, (Math.ceil(70_000 / num) * num) & 0xffff);
    }),
  );
}

test(
  'take refuses what map refuses, and an index that jumped',
  deadline(LIMIT, () => {
    const { queue, driver, hal } = setup(4, true);
    driver.addOutbuf(PA_BASE + 0x10000, 8, 0);
    assert.throws(() => queue.take(), /descriptor 0 .* is not writable for the device/);
    hal.view.setUint16(RING + 66, 9, true);
    assert.throws(() => queue.pending(), /avail.idx 9 is 8 ahead in a ring of 4/);
    assert.throws(() => queue.take(), /avail.idx 9/);
  }),
);

test(
  'with store16: used.idx is stored through it, at its device address; barriers as virtio asks',
  deadline(LIMIT, () => {
    const { queue, driver, add, hal } = setup();
    const log: string[] = [];
    hal.barrier = () => log.push('barrier');
    hal.store16 = (at, value) => {
      log.push(`store 0x${at.toString(16)} ${value}`);
      hal.write16(at, value);
    };
    add(0);
    const id = queue.take();
    assert.equal(log, ['barrier']);
    queue.put(id, 5);
    queue.publish();
    // n 4, A 16: used ring at 80, idx at 82.
    assert.equal(log, ['barrier', 'store 0x10001052 1', 'barrier']);
    assert.is(driver.getBuf(), 0);
    log.length = 0;
    queue.wantKicks(true);
    assert.equal(log, ['barrier']);
  }),
);

test.run();
