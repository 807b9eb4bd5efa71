/** One thread, one virtual clock: the order of everything. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Scheduler } from '../../../host-sim/soc/scheduler.js';
import { deadline } from '../../../sdk/testing/deadline.js';

const LIMIT = 5000;

function setup() {
  const scheduler = new Scheduler();
  const log: string[] = [];
  const say = (text: string) => () => {
    log.push(`${text} @${scheduler.now}`);
  };
  return { scheduler, log, say };
}

test(
  'posted tasks run in order, new ones behind them; time stands still',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.post(() => {
      say('a')();
      scheduler.post(say('c'));
    });
    scheduler.post(say('b'));
    assert.equal(log, []);
    assert.is(scheduler.step(), true);
    assert.equal(log, ['a @0']);
    while (scheduler.step());
    assert.equal(log, ['a @0', 'b @0', 'c @0']);
    assert.is(scheduler.step(), false);
  }),
);

test(
  'alarms run by time, equal times in the order of their making; the clock shows their time',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.at(20, say('c'));
    scheduler.at(10, say('a'));
    scheduler.at(10, say('b'));
    scheduler.at(0.5, say('first'));
    assert.is(
      scheduler.runUntil(() => false, 100),
      false,
    );
    assert.equal(log, ['first @0.5', 'a @10', 'b @10', 'c @20']);
    assert.is(scheduler.now, 100);
  }),
);

test(
  'what is ready runs before time passes',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.at(1, say('alarm'));
    scheduler.post(say('ready'));
    scheduler.runUntil(() => false, 5);
    assert.equal(log, ['ready @0', 'alarm @1']);
  }),
);

test(
  'an alarm in the past goes off at once and does not turn the clock back',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.runUntil(() => false, 50);
    scheduler.at(10, say('late'));
    scheduler.at(-Infinity, say('never was'));
    scheduler.runUntil(() => false, 0);
    assert.equal(log, ['never was @50', 'late @50']);
  }),
);

test(
  'cancel: before, twice, after, from a task at the same time, and when already due',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    const gone = scheduler.at(5, say('gone'));
    gone.cancel();
    gone.cancel();
    const done = scheduler.at(6, say('done'));
    scheduler.at(7, () => victim.cancel());
    const victim = scheduler.at(7, say('victim'));
    scheduler.runUntil(() => false, 10);
    done.cancel();
    assert.equal(log, ['done @6']);
    const due = scheduler.at(11, say('due'));
    scheduler.post(() => {
      scheduler.elapse(5);
      scheduler.post(() => due.cancel());
    });
    scheduler.runUntil(() => false, 10);
    assert.equal(log, ['done @6']);
  }),
);

test(
  'elapse moves the clock within a task; overdue alarms run at the time it then is',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.at(3, say('alarm'));
    scheduler.post(() => scheduler.elapse(10));
    scheduler.runUntil(() => false, 10);
    assert.equal(log, ['alarm @10']);
  }),
);

test(
  'an endless exchange of short tasks does not keep a due alarm waiting',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    let turns = 0;
    const pingPong = (): void => {
      scheduler.elapse(0.25);
      if (++turns < 1000) scheduler.post(pingPong);
    };
    scheduler.at(2, say('timer'));
    scheduler.at(4, say('second'));
    scheduler.post(pingPong);
    scheduler.runUntil(() => turns === 1000, 1e9);
    assert.equal(log, ['timer @2.25', 'second @4.25']);
  }),
);

test(
  'runUntil stops as soon as it holds; what is left stays',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.at(1, say('a'));
    scheduler.at(2, say('b'));
    assert.is(
      scheduler.runUntil(() => log.length === 1, 100),
      true,
    );
    assert.is(scheduler.now, 1);
    assert.is(
      scheduler.runUntil(() => true, 100),
      true,
    );
    assert.equal(log, ['a @1']);
    assert.is(
      scheduler.runUntil(() => log.length === 2, 1),
      true,
    );
    assert.is(scheduler.now, 2);
  }),
);

test(
  'runUntil: an alarm at the limit runs, one behind it does not; the clock ends at the limit',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.at(10, say('at'));
    scheduler.at(10.001, say('behind'));
    assert.is(
      scheduler.runUntil(() => false, 10),
      false,
    );
    assert.equal(log, ['at @10']);
    assert.is(scheduler.now, 10);
    scheduler.runUntil(() => false, 1);
    assert.is(log.length, 2);
  }),
);

test(
  'runUntil ends although there is always something ready, once the time is over',
  deadline(LIMIT, () => {
    const { scheduler } = setup();
    let turns = 0;
    const again = (): void => {
      turns++;
      scheduler.elapse(1);
      scheduler.post(again);
    };
    scheduler.post(again);
    assert.is(
      scheduler.runUntil(() => false, 20),
      false,
    );
    assert.is(turns, 21);
  }),
);

test(
  'runUntil without a limit ends when nothing is left; the clock stays where it is',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.at(7, say('last'));
    assert.is(
      scheduler.runUntil(() => false, Infinity),
      false,
    );
    assert.is(scheduler.now, 7);
    assert.equal(log, ['last @7']);
  }),
);

test(
  'runUntil within a task: the others go on meanwhile, then the outer task',
  deadline(LIMIT, () => {
    const { scheduler, log, say } = setup();
    scheduler.at(5, say('alarm'));
    scheduler.post(() => {
      say('sleep')();
      scheduler.runUntil(() => log.includes('alarm @5'), 100);
      say('awake')();
      assert.is(
        scheduler.runUntil(() => false, 10),
        false,
      );
      say('timeout')();
    });
    scheduler.post(say('other'));
    scheduler.at(12, say('late'));
    scheduler.runUntil(() => false, 30);
    assert.equal(log, ['sleep @0', 'other @0', 'alarm @5', 'awake @5', 'late @12', 'timeout @15']);
  }),
);

test(
  'tasks that have run are let go, although the queue never gets empty; the order stays',
  deadline(LIMIT, async () => {
    const { scheduler } = setup();
    const seen: number[] = [];
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    const post = (n: number): void => {
      const task = (): void => {
        seen.push(n);
        if (n < 5000) post(n + 2);
      };
      registry.register(task, n);
      scheduler.post(task);
    };
    post(0);
    post(1);
    while (seen.length < 5001) scheduler.step();
    assert.equal(
      seen,
      seen.map((_, i) => i),
    );
    assert.is(seen.length, 5001);
    setFlagsFromString('--expose-gc');
    for (let i = 0; i < 10 && collected < 5000; i++) {
      runInNewContext('gc')();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(collected >= 5000, `${collected}`);
    // A registry that nobody holds is collected before it can tell.
    assert.ok(registry);
    assert.is(scheduler.step(), true, 'the last one is still to come');
  }),
);

test(
  'alarms that were cancelled are let go, although their time never comes',
  deadline(LIMIT, async () => {
    const { scheduler, log, say } = setup();
    scheduler.at(1e9, say('end'));
    let collected = 0;
    const registry = new FinalizationRegistry(() => collected++);
    for (let i = 0; i < 5000; i++) {
      const task = (): void => say('never')();
      registry.register(task, i);
      const alarm = scheduler.at(1e6 + i, task);
      alarm.cancel();
      alarm.cancel();
    }
    setFlagsFromString('--expose-gc');
    for (let i = 0; i < 10 && collected < 4900; i++) {
      runInNewContext('gc')();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.ok(collected >= 4900, `${collected}`);
    assert.ok(registry);
    while (scheduler.step());
    assert.equal(log, ['end @1000000000']);
  }),
);

test(
  'run: kernel threads sleep by the virtual clock and go on between tasks',
  deadline(LIMIT, async () => {
    const { scheduler, log, say } = setup();
    scheduler.thread(async () => {
      say('thread')();
      assert.is(await scheduler.sleep(10), false);
      say('slept')();
      await scheduler.sleep(0.5);
      say('again')();
    });
    scheduler.at(10, say('same time, made later'));
    scheduler.at(10.25, say('between'));
    assert.is(await scheduler.run(() => false, 100), false);
    assert.equal(log, [
      'thread @0',
      'slept @10',
      'same time, made later @10',
      'between @10.25',
      'again @10.5',
    ]);
    assert.is(scheduler.now, 100);
  }),
);

test(
  'run: ends as soon as it holds, also when a thread made it so; not at all before time is over',
  deadline(LIMIT, async () => {
    const { scheduler } = setup();
    let woken = false;
    scheduler.thread(async () => {
      await scheduler.sleep(30);
      woken = true;
    });
    assert.is(await scheduler.run(() => woken, 29), false);
    assert.is(scheduler.now, 29);
    assert.is(await scheduler.run(() => woken, 100), true);
    assert.is(scheduler.now, 30);
    assert.is(await scheduler.run(() => woken, 0), true);
  }),
);

test(
  'sleep: woken before its time; the alarm is gone then; waking twice or late does nothing',
  deadline(LIMIT, async () => {
    const { scheduler } = setup();
    let wake!: () => void;
    const results: boolean[] = [];
    scheduler.thread(async () => {
      results.push(await scheduler.sleep(50, (how) => (wake = how)));
      results.push(await scheduler.sleep(50));
    });
    scheduler.at(20, () => {
      wake();
      wake();
    });
    scheduler.at(40, () => wake());
    await scheduler.run(() => false, 69);
    assert.equal(results, [true]);
    await scheduler.run(() => results.length === 2, 10);
    assert.equal([results, scheduler.now], [[true, false], 70]);
    assert.is(scheduler.step(), false, 'nothing is left');
  }),
);

test(
  'sleep without a limit makes no alarm: run ends at its own limit',
  deadline(LIMIT, async () => {
    const { scheduler } = setup();
    let wake!: () => void;
    let done = false;
    scheduler.thread(async () => {
      done = await scheduler.sleep(Infinity, (how) => (wake = how));
    });
    assert.is(await scheduler.run(() => done, Infinity), false);
    assert.is(scheduler.now, 0);
    wake();
    assert.is(await scheduler.run(() => done, 0), true);
  }),
);

test(
  'outside: virtual time stands still until the work is done, however long it takes',
  deadline(LIMIT, async () => {
    const { scheduler, log, say } = setup();
    scheduler.at(1, say('alarm'));
    scheduler.thread(async () => {
      const answer = await scheduler.outside(
        new Promise<number>((resolve) => {
          setTimeout(() => setTimeout(() => resolve(42), 5), 5);
        }),
      );
      say(`outside ${answer}`)();
      await scheduler.sleep(0.5);
      say('thread')();
    });
    await scheduler.run(() => false, 10);
    assert.equal(log, ['outside 42 @0', 'thread @0.5', 'alarm @1']);
  }),
);

test(
  "outside: what the work throws is the thread's to catch",
  deadline(LIMIT, async () => {
    const { scheduler, log, say } = setup();
    scheduler.thread(async () => {
      await scheduler.outside(Promise.reject(new Error('broken'))).catch((error) => say(error.message)());
    });
    await scheduler.run(() => false, 1);
    assert.equal(log, ['broken @0']);
  }),
);

test(
  'what a thread throws, or fail() is told, comes out of run, once each and in order',
  deadline(LIMIT, async () => {
    const { scheduler } = setup();
    const thrown: string[] = [];
    scheduler.thread(async () => {
      await scheduler.sleep(5);
      throw new Error('first');
    });
    scheduler.at(5, () => scheduler.fail(new Error('second')));
    for (let i = 0; i < 3; i++) {
      scheduler.thread(async () => {});
      await scheduler.run(() => false, 10).catch((error) => thrown.push(error.message));
    }
    assert.equal(thrown, ['first', 'second']);
  }),
);

test(
  'finish: a thread to its end with all the time that it sleeps; its result or what it throws',
  deadline(LIMIT, async () => {
    const { scheduler, log, say } = setup();
    scheduler.at(1e6, say('meanwhile'));
    const result = await scheduler.finish(
      (async () => {
        await scheduler.sleep(2e6);
        return 7;
      })(),
    );
    assert.equal([result, scheduler.now, log], [7, 2e6, ['meanwhile @1000000']]);
    let thrown: unknown;
    await scheduler.finish(Promise.reject(new Error('no'))).catch((error) => {
      thrown = error;
    });
    assert.is((thrown as Error).message, 'no');
  }),
);

test(
  'finish of several at once: each ends by itself',
  deadline(LIMIT, async () => {
    const { scheduler } = setup();
    const sleeper = async (ms: number): Promise<number> => {
      await scheduler.sleep(ms);
      return scheduler.now;
    };
    const ends = await Promise.all([30, 10, 20].map((ms) => scheduler.finish(sleeper(ms))));
    assert.equal(ends, [30, 10, 20]);
  }),
);

test.run();
