/**
 * Seeded runs with random faults and random traffic: Linux's driver gets back what it sent, in order, or nothing that the
 * kernel would not lose as well; nothing hangs, nothing throws, and every run can be had again. RPROC_VOLUME=full plays
 * 10,000; RPROC_SEED=n begins with that seed, RPROC_RUNS=1 ends with it.
 */
import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { ECHO_FIRMWARE } from '../support/faults/echo-driver.js';
import { runWithFaults } from '../support/faults/run.js';
import { noSums, REPLAYED, type Sums, type WorkerMessage } from '../support/faults/sums.js';
import { inProject, program } from '../support/project-folder.js';

const full = process.env.RPROC_VOLUME === 'full';
const RUNS = Number(process.env.RPROC_RUNS ?? (full ? 10_000 : 50));
/** Always the same runs, so that CI says the same twice; RPROC_SEED looks elsewhere. */
const FIRST = Number(process.env.RPROC_SEED ?? 1);
/** Real ms without news after which a run hangs: they take 10 to 50. */
const SILENCE = 60_000;
const MINUTE = 60_000;

/**
 * Seeds that once failed, and what it was.
 *
 * - 1235, 1739: Linux's ring was full and its interrupt lost, so the firmware gave up its answers after 15 s; the judge
 *   waited longer than that before it interrupted.
 * - 1432210389, 1432213534: a crashed core that is asked before it is stopped takes 500 ms more to start again than the judge waited.
 * - 1432213821: a slow Linux slept for each of the old entries that a damaged used.idx made it take for new ones.
 * - 1839943274: a sender slept 15 s within a call, twice, while the core was to start again.
 */
const REMEMBERED = [1235, 1739, 1432210389, 1432213534, 1432213821, 1839943274];

async function imageOf(source: string): Promise<Uint8Array> {
  return inProject(program(source, 'trace(), rpmsgVdev({ num: 8 })'), async (dir) => {
    return (await build({ dir, board: 'virt-m4' })).image.elf;
  });
}

const test = suite<{ image: Uint8Array; folder: string }>('faults', { image: new Uint8Array(), folder: '' });
test.before(async (context) => {
  context.image = await imageOf(ECHO_FIRMWARE);
  context.folder = await mkdtemp(join(tmpdir(), 'rproc-faults-'));
});
test.after((context) => rm(context.folder, { recursive: true, force: true }));

/** Seeds FIRST + index, FIRST + index + workers, ... in a process of its own. */
function play(file: string, index: number, workers: number, failures: string[]): Promise<Sums> {
  const count = Math.ceil((RUNS - index) / workers);
  const args = [file, FIRST + index, count, workers].map(String);
  const script = fileURLToPath(new URL('../support/faults/worker.ts', import.meta.url));
  const worker = fork(script, args, { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    let seed = FIRST + index;
    let sums: Sums | undefined;
    const hung = setTimeout(() => {
      failures.push(`seed ${seed}: hangs in real time`);
      worker.kill('SIGKILL');
    }, SILENCE);
    worker.on('message', (message: WorkerMessage) => {
      hung.refresh();
      if ('playing' in message) seed = message.playing;
      else if ('failed' in message) failures.push(`seed ${message.failed}: ${message.complaints.join('; ')}`);
      else sums = message.sums;
    });
    worker.on('exit', (status) => {
      clearTimeout(hung);
      if (sums) resolve(sums);
      else reject(new Error(`seed ${seed}: the process ended with ${status}; ${failures.join('\n')}`));
    });
  });
}

function added(all: readonly Sums[]): Sums {
  const sum = noSums();
  for (const one of all) {
    for (const name of ['runs', 'replayed', 'received', 'carried', 'timeouts', 'gaveUp'] as const)
      sum[name] += one[name];
    for (const name of ['endings', 'kinds'] as const) {
      const to = sum[name] as { [key: string]: number };
      for (const [key, count] of Object.entries(one[name])) to[key] = (to[key] ?? 0) + count;
    }
  }
  return sum;
}

test(
  `${RUNS} runs with faults from seed ${FIRST} on`,
  deadline((full ? 25 : 2.5) * MINUTE, async ({ image, folder }) => {
    const file = join(folder, 'faults.elf');
    await writeFile(file, image);
    const workers = Math.min(RUNS, Math.max(2, Math.min(4, availableParallelism())));
    const failures: string[] = [];
    const sums = added(
      await Promise.all(Array.from({ length: workers }, (_, index) => play(file, index, workers, failures))),
    );
    console.log(JSON.stringify(sums));
    const again = failures.map(
      (failure) => `${failure}\n  RPROC_SEED=${/\d+/.exec(failure)} RPROC_RUNS=1 npm test -- faults-volume`,
    );
    assert.is(again.slice(0, 10).join('\n'), '');
    assert.is(sums.runs, RUNS);
    assert.ok(sums.replayed >= RUNS / REPLAYED - workers, String(sums.replayed));
    // Otherwise the runs prove little: most come out whole, and every kind of fault was there.
    if (RUNS < 200) return;
    assert.ok(sums.endings.whole! > 0.8 * RUNS, JSON.stringify(sums.endings));
    assert.ok(sums.received > 15 * RUNS, String(sums.received));
    for (const kind of [
      ...['kicks.drop', 'kicks.duplicate', 'kicks.delay', 'kicks.spurious', 'host.slow', 'host.reset'],
      ...['core.crash', 'core.restart', 'rings.corrupt', 'firmware.vanish', 'memory.fail'],
    ])
      assert.ok(sums.kinds[kind] > 0, kind);
  }),
);

for (const seed of REMEMBERED) {
  test(
    `seed ${seed}`,
    deadline(MINUTE, async ({ image }) => {
      const run = await runWithFaults(image, seed);
      assert.equal(run.complaints, []);
      assert.is((await runWithFaults(image, seed)).record, run.record);
    }),
  );
}

/** Firmware that is wrong in a way that a judge of these runs must see. */
const wrong: { readonly [how: string]: readonly [from: string, to: string, complaint: RegExp] } = {
  'sends one message twice': [
    '  endpoint.sendTo(src, reply)',
    '  if (count === 3) endpoint.sendTo(src, reply);\n$&',
    /came twice/,
  ],
  'forgets a message': [
    '  endpoint.sendTo(src, reply)',
    '  if (count === 3) return;\n$&',
    /are missing|hangs/,
  ],
  'damages a message': [
    '  endpoint.sendTo(src, reply)',
    '  if (count === 3) reply[4] ^= 1;\n$&',
    /never sent like this/,
  ],
  'swaps two messages': [
    '  endpoint.sendTo(src, reply)',
    '  if (count === 3) { setTimeout(() => endpoint.sendTo(src, reply), 1); return; }\n$&',
    /came|after|hangs|missing/,
  ],
};

for (const [how, [from, to, complaint]] of Object.entries(wrong)) {
  test(
    `firmware that ${how} is found`,
    deadline(MINUTE, async () => {
      const image = await imageOf(ECHO_FIRMWARE.replace(from, to));
      const found: string[] = [];
      for (let seed = 1; seed <= 10; seed++) found.push(...(await runWithFaults(image, seed)).complaints);
      assert.match(found.join('\n'), complaint);
    }),
  );
}

test.run();
