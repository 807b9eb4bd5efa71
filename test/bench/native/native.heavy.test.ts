/** The remote side on native QuickJS: no allocation per message, and the instructions that docs/performance.md states. */
import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../sdk/testing/deadline.js';
import { skipUnless } from '../../support/need.js';
import { compilerVersion, findHarness } from './build.js';
import { measureAll, SCENARIOS } from './figures.js';
import { type Counts, NativeBench, type Traffic } from './measure.js';
import { compilerOf, parseRows, performanceFile, rowsOf } from './performance-doc.js';

const test = suite('native');
const found = findHarness();
const harness = 'harness' in found ? found.harness : '';
const missing = 'missing' in found ? found.missing : '';

async function counts(...traffics: Traffic[]): Promise<Counts[]> {
  const bench = await NativeBench.open(harness);
  try {
    return traffics.map((traffic) => bench.count(traffic));
  } finally {
    bench.close();
  }
}

skipUnless(
  test,
  'the stack never calls the allocator for a message',
  harness,
  missing,
  deadline(60_000, async () => {
    const barriers = 1;
    const results = await counts(
      { batch: 64 },
      { batch: 1 },
      { batch: 64, barriers },
      { batch: 1, barriers },
    );
    for (const { messages, malloc, realloc, free, heapGrowth } of results) {
      assert.equal({ malloc, realloc, free, heapGrowth }, { malloc: 0, realloc: 0, free: 0, heapGrowth: 0 });
      assert.is(messages, 640);
    }
    assert.equal(
      results.map(({ turns, kicksToHost }) => ({ turns, kicksToHost })),
      [10, 640, 10, 640].map((turns) => ({ turns, kicksToHost: turns })),
    );
  }),
);

skipUnless(
  test,
  'the allocator hook sees what is allocated: a view for each message of a new size',
  harness,
  missing,
  deadline(60_000, async () => {
    const [{ messages, malloc, free }] = await counts({ batch: 64, vary: 4 });
    assert.ok(malloc >= messages && free >= messages, `${malloc} and ${free} calls for ${messages} messages`);
  }),
);

const page = readFileSync(performanceFile, 'utf8');

/** Counting everything takes ten seconds; plain runs leave it to CI. */
if (process.env.RPROC_VOLUME === 'full') {
  skipUnless(
    test,
    'docs/performance.md has the numbers of a fresh run, and they keep to the limits',
    harness,
    missing,
    deadline(120_000, async () => {
      const fresh = rowsOf(await measureAll(harness));
      // Another compiler makes another engine: then only the limits count.
      if (compilerVersion() === compilerOf(page)) comparePage(fresh);
      else console.log(`docs/performance.md is of ${compilerOf(page)}, and here is ${compilerVersion()}`);
      for (const { title, target } of Object.values(SCENARIOS)) {
        if (target !== null) assert.ok(fresh.get(title)![0]! <= target, `${title}: at most ${target}`);
      }
    }),
  );
}

function comparePage(fresh: ReturnType<typeof rowsOf>): void {
  const written = parseRows(page);
  assert.equal([...written.keys()], [...fresh.keys()], 'run npm run bench:native');
  for (const [title, values] of fresh) {
    const stated = written.get(title)!;
    assert.is(stated.length, values.length, title);
    for (const [i, value] of values.entries()) {
      const was = stated[i] ?? 0;
      // Rows of a few instructions move by more than 2 % when libc chooses another memcpy.
      const room = Math.max(0.02 * was, 20);
      const say = `${title}: ${was} stated, ${value} measured; run npm run bench:native`;
      assert.ok(Math.abs((value ?? 0) - was) <= room, say);
    }
  }
}

test.run();
