/** Kicks on their way: lost, doubled, late, out of nowhere, by direction, and all of it again from the seed. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Injector } from '../../../host-sim/faults/injector.js';
import { type Direction, KickFaults } from '../../../host-sim/faults/kicks.js';
import type { FaultPlan } from '../../../host-sim/index.js';
import { Scheduler } from '../../../host-sim/soc/scheduler.js';
import { deadline } from '../../../sdk/testing/deadline.js';

const LIMIT = 5000;
const IDS = [0, 1];

/** Sends `count` kicks about vring 1, one each ms; when which arrived. */
function kick(kicks: FaultPlan['kicks'], count = 1, seed = 1, direction: Direction = 'toHost') {
  const scheduler = new Scheduler();
  const injector = new Injector(scheduler, seed);
  const faults = new KickFaults(injector, { kicks });
  const arrived: { at: number; notifyid: number }[] = [];
  const deliver = (notifyid: number) => {
    arrived.push({ at: scheduler.now, notifyid });
  };
  for (let i = 0; i < count; i++) {
    scheduler.at(i, () =>
      faults.pass({ direction, processor: 0, notifyid: 1, notifyids: () => IDS, deliver }),
    );
  }
  while (scheduler.step());
  return { arrived, injected: injector.injected, injector };
}

test(
  'without faults a kick arrives at once',
  deadline(LIMIT, () => {
    const { arrived, injected } = kick({});
    assert.equal(arrived, [{ at: 0, notifyid: 1 }]);
    assert.equal(injected, []);
  }),
);

test(
  'lost, late, doubled',
  deadline(LIMIT, () => {
    const lost = kick({ drop: 1 });
    assert.equal(lost.arrived, []);
    assert.equal(lost.injected, [
      { time: 0, kind: 'kicks.drop', details: { direction: 'toHost', processor: 0, notifyid: 1 } },
    ]);
    const late = kick({ delay: 1, delayMs: [2, 3] });
    assert.is(late.arrived.length, 1);
    assert.ok(late.arrived[0].at >= 2 && late.arrived[0].at <= 3, String(late.arrived[0].at));
    assert.is(late.injected[0].details.ms, late.arrived[0].at);
    const twice = kick({ duplicate: 1, delayMs: [2, 2] });
    assert.equal(twice.arrived, [
      { at: 0, notifyid: 1 },
      { at: 2, notifyid: 1 },
    ]);
  }),
);

test(
  'out of nowhere: about any vring, beside the one that was sent',
  deadline(LIMIT, () => {
    const { arrived } = kick({ spurious: 1, delayMs: [0.5, 0.5] }, 40);
    const nowhere = arrived.filter(({ at }) => at % 1 === 0.5);
    assert.is(arrived.length, 80);
    assert.is(nowhere.length, 40);
    assert.equal([...new Set(nowhere.map(({ notifyid }) => notifyid))].sort(), IDS);
  }),
);

test(
  'a direction has what both have, unless it says otherwise',
  deadline(LIMIT, () => {
    const plan = { drop: 1, toRemote: { drop: 0, delay: 1, delayMs: [7, 7] as const } };
    assert.equal(kick(plan, 1, 1, 'toHost').arrived, []);
    assert.equal(kick(plan, 1, 1, 'toRemote').arrived, [{ at: 7, notifyid: 1 }]);
  }),
);

test(
  'as often as asked, the same from the same seed; one kind does not change another',
  deadline(LIMIT, () => {
    const plan = { drop: 0.2, delay: 0.3 };
    const first = kick(plan, 2000, 5);
    assert.equal(kick(plan, 2000, 5).injected, first.injected);
    assert.not.equal(kick(plan, 2000, 6).injected, first.injected);
    const times = (kicks: FaultPlan['kicks'], kind: string) =>
      kick(kicks, 2000, 5)
        .injected.filter((fault) => fault.kind === kind)
        .map(({ time }) => time);
    const drops = times(plan, 'kicks.drop');
    assert.ok(drops.length > 320 && drops.length < 480, String(drops.length));
    assert.equal(times({ drop: 0.2, duplicate: 0.9, spurious: 0.9 }, 'kicks.drop'), drops);
  }),
);

test.run();
