/** `struct mutex` over the virtual clock. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Mutex } from '../../host-sim/mutex.js';
import { Scheduler } from '../../host-sim/soc/scheduler.js';
import { deadline } from '../../sdk/testing/deadline.js';

const LIMIT = 5000;

function setup() {
  const scheduler = new Scheduler();
  const log: string[] = [];
  return { scheduler, mutex: new Mutex(scheduler), log };
}

test(
  'one at a time, the others in the order in which they came, whatever virtual time the work takes',
  deadline(LIMIT, async () => {
    const { scheduler, mutex, log } = setup();
    const worker = (name: string, ms: number) =>
      mutex.guard(async () => {
        log.push(`${name} in @${scheduler.now}`);
        await scheduler.sleep(ms);
        log.push(`${name} out @${scheduler.now}`);
        return 0;
      });
    const all = Promise.all([worker('a', 10), worker('b', 5), worker('c', 1)]);
    assert.equal(await scheduler.finish(all), [0, 0, 0]);
    assert.equal(log, ['a in @0', 'a out @10', 'b in @10', 'b out @15', 'c in @15', 'c out @16']);
  }),
);

test(
  'tryLock: true once, false while it is held or handed over',
  deadline(LIMIT, async () => {
    const { scheduler, mutex } = setup();
    assert.is(mutex.tryLock(), true);
    assert.is(mutex.tryLock(), false);
    const waiting = mutex.lock();
    mutex.unlock();
    assert.is(mutex.tryLock(), false, 'it is the one who waits that has it now');
    assert.is(await scheduler.finish(waiting), 0);
    mutex.unlock();
    assert.is(mutex.tryLock(), true);
  }),
);

test(
  'a signal ends every wait that can be interrupted with -EINTR; who holds the lock is not disturbed',
  deadline(LIMIT, async () => {
    const { scheduler, mutex, log } = setup();
    assert.ok(mutex.tryLock());
    const waits = [mutex.lock(), mutex.guard(() => log.push('body'), true), mutex.lock(false)];
    mutex.interrupt();
    assert.equal(await scheduler.finish(Promise.all(waits.slice(0, 2))), [-4, -4]);
    assert.equal(log, []);
    mutex.unlock();
    assert.is(await scheduler.finish(waits[2]), 0, 'mutex_lock() waits on');
    assert.is(mutex.tryLock(), false);
    mutex.unlock();
    assert.is(mutex.tryLock(), true);
  }),
);

test(
  'a signal when nobody waits is lost',
  deadline(LIMIT, async () => {
    const { scheduler, mutex } = setup();
    mutex.interrupt();
    assert.is(await scheduler.finish(mutex.lock()), 0);
    const waiting = mutex.lock();
    mutex.unlock();
    mutex.interrupt();
    assert.is(await scheduler.finish(waiting), 0, 'it came after the lock was handed over');
  }),
);

test(
  'guard: the result of the body; what it throws comes out, and the lock is free',
  deadline(LIMIT, async () => {
    const { mutex } = setup();
    assert.is(await mutex.guard(() => -5), -5);
    let thrown: unknown;
    await mutex
      .guard(() => {
        throw new Error('inside');
      })
      .catch((error) => {
        thrown = error;
      });
    assert.is((thrown as Error).message, 'inside');
    assert.is(mutex.tryLock(), true);
  }),
);

test.run();
