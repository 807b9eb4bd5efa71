/** runtime/timers.ts: order, intervals, cancelling, odd delays; and the one alarm below them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Timers } from '../../runtime/timers.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { SimHost } from '../support/sim-hal.js';

const LIMIT = 5000;

function setup() {
  let clock = 0;
  const log: string[] = [];
  let changes = 0;
  const timers = new Timers(
    () => clock,
    () => {
      changes++;
    },
  );
  /** Lets time pass as the core's alarm does. */
  const advance = (ms: number): void => {
    const end = clock + ms;
    while (timers.next <= end) {
      clock = Math.max(clock, timers.next);
      timers.run(clock);
    }
    clock = end;
  };
  const say = (text: string) => () => {
    log.push(`${text} @${clock}`);
  };
  return { timers, log, advance, say, changes: () => changes, at: (ms: number) => (clock = ms) };
}

test(
  'by time, equal times in the order of their making; arguments are passed; ids are not 0',
  deadline(LIMIT, () => {
    const { timers, log, advance, say } = setup();
    assert.is(timers.next, Infinity);
    assert.ok(timers.start(say('c'), 30, false, []) > 0);
    timers.start(say('a'), 10, false, []);
    timers.start(say('b'), 10, false, []);
    timers.start((...args: unknown[]) => log.push(args.join('+')), 20, false, [1, 'x']);
    assert.is(timers.next, 10);
    advance(100);
    assert.equal(log, ['a @10', 'b @10', '1+x', 'c @30']);
    assert.is(timers.next, Infinity);
  }),
);

const delays: [unknown, number][] = [
  [0, 0],
  [-5, 0],
  [Number.NaN, 0],
  [undefined, 0],
  [null, 0],
  ['12', 12],
  ['x', 0],
  [1.5, 1.5],
  [-Infinity, 0],
  [Infinity, Infinity],
];
for (const [delay, expected] of delays) {
  test(
    `delay ${JSON.stringify(delay) ?? 'undefined'} (${String(delay)}) is ${expected} ms`,
    deadline(LIMIT, () => {
      const { timers, at } = setup();
      at(100);
      timers.start(() => {}, delay as number, false, []);
      assert.is(timers.next, 100 + expected);
    }),
  );
}

test(
  'interval: every so many ms from when it was due; 0, negative and NaN count as 1 ms',
  deadline(LIMIT, () => {
    const { timers, log, advance, say } = setup();
    const id = timers.start(say('i'), 10, true, []);
    advance(35);
    assert.equal(log, ['i @10', 'i @20', 'i @30']);
    timers.stop(id);
    advance(100);
    assert.is(log.length, 3);
    for (const delay of [0, -1, Number.NaN]) {
      log.length = 0;
      const fast = timers.start(say('f'), delay, true, []);
      advance(3);
      assert.is(log.length, 3);
      timers.stop(fast);
    }
  }),
);

test(
  'interval that was late does not catch up with a burst',
  deadline(LIMIT, () => {
    const { timers, log, say, at } = setup();
    timers.start(say('i'), 10, true, []);
    at(55);
    timers.run(55);
    assert.equal(log, ['i @55']);
    assert.is(timers.next, 65);
  }),
);

test(
  'cancel inside a callback: oneself, another that is due now, one that is not; unknown ids do nothing',
  deadline(LIMIT, () => {
    const { timers, log, advance, say } = setup();
    let other = 0;
    const self = timers.start(
      () => {
        say('self')();
        timers.stop(self);
        timers.stop(other);
        timers.stop(later);
        timers.stop(4711);
        timers.stop(undefined as never);
      },
      10,
      true,
      [],
    );
    other = timers.start(say('other'), 10, false, []);
    const later = timers.start(say('later'), 20, false, []);
    advance(100);
    assert.equal(log, ['self @10']);
    assert.is(timers.next, Infinity);
  }),
);

test(
  'timers made by a callback wait for the next turn, even with delay 0',
  deadline(LIMIT, () => {
    const { timers, log, say } = setup();
    timers.start(
      () => {
        say('outer')();
        timers.start(say('inner'), 0, false, []);
      },
      0,
      false,
      [],
    );
    timers.start(say('second'), 0, false, []);
    timers.run(0);
    assert.equal(log, ['outer @0', 'second @0']);
    timers.run(0);
    assert.equal(log, ['outer @0', 'second @0', 'inner @0']);
  }),
);

test(
  'start and stop tell that the first due time may have changed; no function is a TypeError',
  deadline(LIMIT, () => {
    const { timers, changes } = setup();
    const id = timers.start(() => {}, 1, false, []);
    assert.is(changes(), 1);
    timers.stop(id);
    assert.is(changes(), 2);
    timers.stop(id);
    assert.is(changes(), 2);
    assert.throws(() => timers.start('code' as never, 1, false, []), /a timer needs a function/);
  }),
);

test(
  'in the remote: the alarm is set for the first timer or the next look at the status, whichever is first',
  deadline(LIMIT, () => {
    const host = new SimHost();
    const { hal, remote } = host;
    const log: string[] = [];
    hal.advance(0);
    assert.is(hal.alarmAt, 10);
    const id = remote.timers.start(() => log.push(`timer @${hal.clock}`), 4, false, []);
    assert.is(hal.alarmAt, 4);
    remote.timers.stop(id);
    assert.is(hal.alarmAt, 10);
    remote.timers.start(() => log.push(`timer @${hal.clock}`), 25.5, false, []);
    hal.advance(30);
    assert.equal(log, ['timer @25.5']);
    host.up();
    hal.advance(10);
    assert.is(hal.alarmAt, 140);
    remote.timers.start(() => log.push(`interval @${hal.clock}`), 40, true, []);
    hal.advance(120);
    assert.equal(log.slice(1), ['interval @80', 'interval @120', 'interval @160']);
  }),
);

test.run();
