/** drivers/base/devcoredump.c: how long a dump lives and who frees it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type CoredumpDevice, DevCoredump } from '../../host-sim/devcoredump.js';
import { Scheduler } from '../../host-sim/soc/scheduler.js';
import { deadline } from '../../sdk/testing/deadline.js';

const LIMIT = 5000;
const one = { prefix: 'remoteproc remoteproc0' };
const other = { prefix: 'remoteproc remoteproc1' };

function start() {
  const scheduler = new Scheduler();
  const devcoredump = new DevCoredump(scheduler);
  const freed: string[] = [];
  /** A dump of five bytes. */
  const dump = (failing: typeof one, id: string) =>
    devcoredump.coredumpm(failing, {
      read: (offset, count) => Uint8Array.of(1, 2, 3, 4, 5).slice(offset, offset + count),
      free: () => freed.push(id),
    });
  const names = () => devcoredump.devices.map(({ name }) => name);
  const settle = () => {
    while (scheduler.step(scheduler.now));
  };
  return { scheduler, devcoredump, freed, dump, names, settle };
}

function read(device: CoredumpDevice, offset: number, count: number): number[] | number {
  const result = device.read(offset, count);
  return typeof result === 'number' ? result : [...result];
}

test(
  '12: devices are numbered from 1 on, and a number is never given twice',
  deadline(LIMIT, () => {
    const { devcoredump, dump, names } = start();
    dump(one, 'a');
    dump(other, 'b');
    const [first, second] = devcoredump.devices;
    assert.is(first.path, '/sys/class/devcoredump/devcd1/data');
    assert.equal([first.failingDevice, second.failingDevice], [one, other]);
    first.remove();
    dump(one, 'c');
    assert.equal(names(), ['devcd2', 'devcd3']);
  }),
);

test(
  'while a device has a dump a new one of it is freed, one of another device is kept',
  deadline(LIMIT, () => {
    const { dump, freed, names } = start();
    dump(one, 'first');
    dump(one, 'second');
    dump(other, 'third');
    assert.equal(freed, ['second']);
    assert.equal(names(), ['devcd1', 'devcd2']);
  }),
);

test(
  'a read gives at most a page, and nothing at the end',
  deadline(LIMIT, () => {
    const { devcoredump } = start();
    const data = Uint8Array.from({ length: 10000 }, (_, i) => i % 251);
    devcoredump.coredumpv(one, data);
    const [device] = devcoredump.devices;
    assert.equal(read(device, 0, 3), [0, 1, 2]);
    assert.equal(read(device, 250, 3), [250, 0, 1]);
    assert.equal(read(device, 1, 100000), [...data.subarray(1, 4097)]);
    assert.is((read(device, 9000, 4096) as number[]).length, 1000);
    assert.equal(read(device, 10000, 1), []);
    assert.equal(read(device, 20000, 1), []);
    assert.equal(read(device, 0, 0), []);
    assert.is(read(device, -1, 1), -22);
    assert.equal(device.readAll(), data);
  }),
);

test(
  '12: a write frees the dump a moment later, once',
  deadline(LIMIT, () => {
    const { devcoredump, dump, freed, names, settle, scheduler } = start();
    dump(one, 'a');
    const [device] = devcoredump.devices;
    assert.is(device.write(Uint8Array.of(1, 2, 3)), 3);
    assert.is(device.write(Uint8Array.of(1)), 1);
    assert.equal(read(device, 3, 10), [4, 5], 'still there');
    assert.equal(freed, []);
    settle();
    assert.equal(freed, ['a']);
    assert.equal(names(), []);
    assert.is(device.read(0, 1), -19);
    assert.is(device.readAll(), -19);
    assert.is(device.write(Uint8Array.of(1)), -19);
    assert.not(scheduler.step(), 'the timer is off');
    assert.is(scheduler.now, 0);
    assert.equal(freed, ['a']);
  }),
);

test(
  'nobody cares: five minutes',
  deadline(LIMIT, () => {
    const { dump, freed, scheduler } = start();
    scheduler.runUntil(() => false, 1234);
    dump(one, 'a');
    scheduler.runUntil(() => false, 299_999);
    assert.equal(freed, []);
    scheduler.runUntil(() => false, 1);
    assert.equal(freed, ['a']);
    dump(one, 'b');
    assert.equal(freed, ['a'], 'and there is room for the next');
  }),
);

test(
  'disabled takes 1 only, frees every dump, drops every later one, and there is no way back',
  deadline(LIMIT, () => {
    const { devcoredump, dump, freed, names, settle } = start();
    dump(one, 'a');
    dump(other, 'b');
    assert.is(devcoredump.disabled, '0\n');
    for (const text of ['0\n', '', 'x', '-1', '2', ' 1'])
      assert.is(devcoredump.writeDisabled(text), -22, text);
    assert.is(names().length, 2);
    devcoredump.devices[0].write(Uint8Array.of(1));
    assert.is(devcoredump.writeDisabled('1\n'), 2);
    assert.equal(freed, ['a', 'b']);
    assert.equal(names(), []);
    assert.is(devcoredump.disabled, '1\n');
    dump(one, 'c');
    assert.equal(freed, ['a', 'b', 'c']);
    settle();
    assert.equal(freed, ['a', 'b', 'c'], 'the write comes too late');
    assert.is(devcoredump.writeDisabled('0'), -22);
    assert.is(devcoredump.writeDisabled('1x'), 2);
    assert.is(devcoredump.disabled, '1\n');
  }),
);

test.run();
