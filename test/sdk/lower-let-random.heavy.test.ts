/** `let` and `const` as `var` in random programs, which say the same before and after. RPROC_SEED=n begins with another one. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lowerLet } from '../../sdk/bundle/lower-let.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { runScript } from '../support/quickjs-script.js';
import { randomProgram } from '../support/random-program.js';

const runs = process.env.RPROC_VOLUME === 'full' ? 20_000 : 600;
const firstSeed = Number(process.env.RPROC_SEED ?? 1);
test(
  `${runs} random programs say the same before and after`,
  deadline(600_000, async () => {
    const counts = { lowered: 0, left: 0, thrown: 0 };
    for (let seed = firstSeed; seed < firstSeed + runs; seed++) {
      const program = randomProgram(seed);
      const { code } = lowerLet(program);
      counts.lowered += declarations(program) - declarations(code);
      counts.left += declarations(code);
      const before = await runScript(program);
      if (before.includes('ReferenceError')) counts.thrown++;
      const after = await runScript(code);
      assert.equal(after, before, `RPROC_SEED=${seed}\n${program}\nbecomes\n${code}`);
    }
    // The programs must be of use: of every kind there are many.
    if (process.env.RPROC_SEED === undefined) {
      assert.ok(
        counts.lowered > runs && counts.left > runs && counts.thrown > runs / 20,
        JSON.stringify(counts),
      );
    }
  }),
);

function declarations(code: string): number {
  return code.match(/\b(let|const)\b/g)?.length ?? 0;
}

test.run();
