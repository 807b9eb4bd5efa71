/** A scheduler that follows a clock it cannot move: here one that the test moves. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RealTime, Source } from '../../../host-sim/soc/real-time.js';
import { Scheduler } from '../../../host-sim/soc/scheduler.js';
import { deadline } from '../../../sdk/testing/deadline.js';

const LIMIT = 5000;

/** Waits take as long as they were asked to, and end where the script has something to happen. */
class ScriptedTime implements RealTime {
  readonly sources = new Set<Source>();
  readonly waits: string[] = [];
  time = 0;
  private script: { readonly at: number; readonly happens: () => void }[] = [];

  at(at: number, happens: () => void): void {
    this.script.push({ at, happens });
  }

  now(): number {
    return this.time;
  }

  async wait(ms: number): Promise<void> {
    this.pass('wait', ms);
  }

  wake(): void {}

  block(ms: number): void {
    this.pass('block', ms);
  }

  private pass(how: string, ms: number): void {
    this.waits.push(`${how} ${ms} at ${this.time}`);
    const end = Math.min(this.time + ms, ...this.script.map(({ at }) => at));
    if (!Number.isFinite(end)) throw new Error('a wait for ever');
    this.time = Math.max(this.time, end);
    const due = this.script.filter(({ at }) => at <= this.time);
    this.script = this.script.filter(({ at }) => at > this.time);
    for (const { happens } of due) happens();
  }
}

function setup() {
  const time = new ScriptedTime();
  const scheduler = new Scheduler();
  assert.is(scheduler.isReal, false);
  assert.is(
    scheduler.follow(() => time),
    time,
  );
  assert.is(
    scheduler.follow(() => new ScriptedTime()),
    time,
    'one clock for all cores',
  );
  assert.is(scheduler.isReal, true);
  const log: string[] = [];
  const say = (text: string) => () => {
    log.push(`${text} @${scheduler.now}`);
  };
  return { time, scheduler, log, say };
}

test(
  'a step runs what is ready or due and never moves the clock',
  deadline(LIMIT, () => {
    const { time, scheduler, log, say } = setup();
    scheduler.at(10, say('alarm'));
    scheduler.post(say('ready'));
    assert.is(scheduler.step(), true);
    assert.is(scheduler.step(), false);
    time.time = 12;
    assert.is(scheduler.step(), true);
    scheduler.elapse(100);
    assert.equal(log, ['ready @0', 'alarm @12']);
    assert.is(scheduler.now, 12);
  }),
);

test(
  'run waits in the event loop for the next alarm, or for the limit',
  deadline(LIMIT, async () => {
    const { time, scheduler, log, say } = setup();
    scheduler.at(10, say('alarm'));
    assert.is(await scheduler.run(() => false, 25), false);
    assert.equal(log, ['alarm @10']);
    assert.equal(time.waits, ['wait 10 at 0', 'wait 15 at 10']);
    assert.is(await scheduler.run(() => true, 5), true);
  }),
);

test(
  'what a source has to say ends a wait and is handled at once',
  deadline(LIMIT, async () => {
    const { time, scheduler, log, say } = setup();
    let rung = false;
    time.sources.add({
      poll() {
        if (rung) scheduler.post(say('kick'));
        rung = false;
      },
    });
    time.at(3, () => {
      rung = true;
    });
    assert.is(await scheduler.run(() => log.length > 0, 100), true);
    assert.equal(log, ['kick @3']);
    assert.equal(time.waits, ['wait 100 at 0']);
  }),
);

test(
  'a thread that sleeps within a call blocks, and others go on meanwhile',
  deadline(LIMIT, () => {
    const { time, scheduler, log, say } = setup();
    scheduler.at(4, say('alarm'));
    let done = false;
    time.at(7, () => {
      done = true;
    });
    assert.is(
      scheduler.runUntil(() => done, 50),
      true,
    );
    assert.equal(log, ['alarm @4']);
    assert.equal(time.waits, ['block 4 at 0', 'block 46 at 4']);
    assert.is(
      scheduler.runUntil(() => false, 20),
      false,
    );
    assert.is(scheduler.now, 27);
  }),
);

test(
  'kernel threads sleep for as long as they ask, and finish waits for them',
  deadline(LIMIT, async () => {
    const { time, scheduler, log, say } = setup();
    const work = async () => {
      say('begin')();
      assert.is(await scheduler.sleep(30), false);
      say('end')();
      return 7;
    };
    assert.is(await scheduler.finish(work()), 7);
    assert.equal(log, ['begin @0', 'end @30']);
    assert.equal(time.waits, ['wait 30 at 0']);
  }),
);

test(
  'a core that always has something to say cannot keep Linux beyond its limit',
  deadline(LIMIT, async () => {
    const { time, scheduler } = setup();
    time.sources.add({
      poll() {
        time.time += 0.5;
        scheduler.post(() => {});
      },
    });
    assert.is(await scheduler.run(() => false, 50), false);
    assert.ok(scheduler.now >= 50 && scheduler.now < 60, `${scheduler.now}`);
    assert.is(
      scheduler.runUntil(() => false, 10),
      false,
    );
    assert.ok(scheduler.now < 75, `${scheduler.now}`);
    assert.equal(time.waits, []);
  }),
);

test.run();
