/**
 * The remote's rings against an independent host, under random interleavings. RPROC_SEED=n repeats a run; a failing
 * run prints its setup and steps, which `play` of steps.ts takes as they are.
 */
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../sdk/testing/deadline.js';
import type { Setup } from './model.js';
import { play, type Run, run, type Step } from './steps.js';
import type { Sabotage } from './world.js';

const FULL = process.env.RPROC_VOLUME === 'full';
const RUNS = FULL ? 120_000 : 1500;
const SEED = Number(process.env.RPROC_SEED ?? Date.now() % 2 ** 31);
const MINUTE = 60_000;
/** Offset of ring 0: behind the table of 88 bytes, rounded up to 16. */
const RING = 96;

console.log(`model: ${RUNS} runs, RPROC_SEED=${SEED}`);

/** Throws with the steps of the smallest run that breaks a rule, ready to be played again. */
function playAll(runs: number, seed: number): number {
  let delivered = 0;
  const details = fc.check(
    fc.property(run, (each: Run) => {
      delivered += play(each).traffic.delivered;
    }),
    { numRuns: runs, seed },
  );
  if (!details.failed) return delivered;
  const [smallest] = details.counterexample ?? [];
  const why = details.errorInstance instanceof Error ? details.errorInstance.stack : '';
  throw new Error(`run ${details.numRuns} of RPROC_SEED=${seed}: ${why}\nplay(${JSON.stringify(smallest)})`);
}

const setup: Setup = {
  num: [4, 4],
  align: 16,
  size: 64,
  eventIdx: false,
  store16: true,
  barrier: false,
  start: 65534,
  oldestFirst: false,
  doneInterrupts: true,
};
const steps: readonly Step[] = [
  { op: 'put', count: 3, size: 8, kind: 'plain', hold: 'no', answer: 4, decide: true },
  { op: 'deliver' },
  { op: 'take', ring: 0, count: 3, repost: true },
  { op: 'take', ring: 1, count: 3, repost: false },
];

/** Devices that break one rule each: what the model says of them. */
const broken: readonly [string, Sabotage, RegExp][] = [
  ['none', {}, /^nothing$/],
  ['an interrupt is lost', { kick: (notifyid) => notifyid !== 5 }, /^vring 1: lost wake-up of the host/],
  ['a descriptor is written', { store: (world) => world.bytes[RING]++ }, /^a write at vring 0 \+ 0$/],
  ['avail.idx is written', { store: (world) => world.bytes[RING + 66]++ }, /^a write at vring 0 \+ 66$/],
  [
    'the gap behind a ring is written',
    { store: (world) => world.bytes[RING - 1]++ },
    /^a write at offset 95$/,
  ],
  [
    'a message from the host is written',
    { store: (world) => world.bytes[world.size - 12]++ },
    /^a write at buffer 3 of vring 1 \+ 60$/,
  ],
  [
    'a used entry names no head',
    // n 4, A 16: the used ring is at 80, its entry for index 65534 the third.
    { store: (world) => world.view.setUint32(RING + 80 + 4 + 8 * 2, 4, true) },
    /^vring 0: id 4 is not a head$/,
  ],
  [
    'a used entry says a length of its own',
    { store: (world) => world.view.setUint32(RING + 80 + 8 + 8 * 2, 15, true) },
    /^vring 0: id 0 was used with 15 bytes$/,
  ],
  [
    'a buffer comes back twice',
    { store: (world) => world.view.setUint32(RING + 80 + 4 + 8 * 3, 0, true) },
    /^vring 0: id 0 was given back twice$/,
  ],
];
for (const [name, sabotage, message] of broken) {
  test(
    `the model sees it when ${name}`,
    deadline(MINUTE, () => {
      let said = 'nothing';
      try {
        play({ setup, steps }, sabotage);
      } catch (error) {
        said = (error as Error).message;
      }
      assert.match(said, message);
    }),
  );
}

test(
  `${RUNS} runs of host and remote`,
  deadline(15 * MINUTE, () => {
    const delivered = playAll(RUNS, SEED);
    assert.ok(delivered > RUNS, `only ${delivered} messages were delivered`);
  }),
);

test.run();
