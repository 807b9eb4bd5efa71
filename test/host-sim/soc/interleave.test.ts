/** Linux and cores beside each other: any order between them, one order within each, the same for the same seed. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { streamOf } from '../../../host-sim/random.js';
import { Scheduler } from '../../../host-sim/soc/scheduler.js';
import { deadline } from '../../../sdk/testing/deadline.js';

const LIMIT = 5000;
const CORE = { name: 'core' };

/** Three tasks of Linux, of which the second kicks the core, and three of the core; the order in which they ran. */
function orderOf(seed: number | undefined): string {
  const scheduler = new Scheduler();
  if (seed !== undefined) scheduler.interleave(streamOf(seed, 'interleave'));
  let order = '';
  const say = (what: string) => () => {
    order += what;
  };
  scheduler.post(say('a'));
  scheduler.post(say('1'), CORE);
  scheduler.post(() => {
    order += 'b';
    scheduler.post(say('3'), CORE);
    scheduler.kicked();
    order += 'c';
  });
  scheduler.post(say('2'), CORE);
  scheduler.post(say('d'));
  while (scheduler.step());
  return order;
}

test(
  'without chance: as it came up',
  deadline(LIMIT, () => assert.is(orderOf(undefined), 'a1bc2d3')),
);

test(
  'many orders between the parties, one within each',
  deadline(LIMIT, () => {
    const orders = Array.from({ length: 500 }, (_, seed) => orderOf(seed));
    for (const [seed, order] of orders.entries()) {
      assert.is(order.replace(/\d/g, ''), 'abcd', `seed ${seed}`);
      assert.is(order.replace(/\D/g, ''), '123', `seed ${seed}`);
      assert.is(orderOf(seed), order, `seed ${seed} again`);
    }
    const different = new Set(orders);
    // 35 ways to merge four and three; those with 3 in front of b cannot be.
    assert.ok(different.size > 15 && different.size < 35, String(different.size));
    assert.ok(
      orders.some((order) => /b\d*3\d*c/.test(order)),
      'a kick may be taken before the kicker goes on',
    );
    assert.ok(
      orders.some((order) => order.endsWith('d3')),
      'or after all else',
    );
  }),
);

test(
  'time stays in order; alarms that are due belong to their party',
  deadline(LIMIT, () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 50; seed++) {
      const scheduler = new Scheduler();
      scheduler.interleave(streamOf(seed, 'interleave'));
      let order = '';
      scheduler.at(1, () => {
        order += 'x';
        scheduler.elapse(5);
      });
      scheduler.at(2, () => {
        order += 'a';
      });
      scheduler.at(3, () => {
        order += 'b';
      });
      scheduler.at(
        4,
        () => {
          order += '1';
        },
        CORE,
      );
      scheduler.at(90, () => {
        order += 'z';
      });
      while (scheduler.step());
      orders.add(order);
      assert.is(scheduler.now, 90);
    }
    assert.equal([...orders].sort(), ['x1abz', 'xa1bz', 'xab1z']);
  }),
);

test.run();
