/**
 * Linux behind a cache that is not coherent: every example and every program of the conformance suite says the same as on
 * coherent memory.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { build } from '../../../sdk/build/build.js';
import { boot, deadline } from '../../../sdk/testing/index.js';
import { exampleConversations } from '../../conformance/conversations/examples.js';
import { buildProgram, converse, expected, programs } from '../../conformance/suite.js';

/** As of Cortex-A9 and Cortex-A53; and a single byte, which hides nothing that was forgotten. */
const LINES = [1, 32, 64];

const test = suite('cache in front of memory', { dir: '' });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-cache-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

for (const program of programs) {
  test(
    `${program} with lines of ${LINES.join(', ')} bytes`,
    deadline(60000, async ({ dir }) => {
      const elf = await buildProgram(program, 'virt-m4', join(dir, `${program}.elf`));
      for (const cacheLine of LINES) {
        assert.fixture(await converse(program, elf, { cacheLine }), expected(program), `${cacheLine} bytes`);
      }
    }),
  );
}

for (const [example, conversation] of Object.entries(exampleConversations)) {
  test(
    `example ${example} with lines of ${LINES.join(', ')} bytes`,
    deadline(60000, async ({ dir }) => {
      const folder = join('examples', example);
      const { image } = await build({ dir: folder, output: join(dir, `${example}.elf`), board: 'virt-m4' });
      const said: string[] = [];
      for (const cacheLine of [undefined, ...LINES]) {
        const remote = await boot(image.elf, { cacheLine, sample: example === 'client-sample' });
        said.push((await conversation(remote)).join('\n'));
        assert.is(await remote.stop(), 0);
      }
      assert.ok(said[0].length > 500);
      for (const [i, text] of said.slice(1).entries()) assert.is(text, said[0], `${LINES[i]} bytes`);
    }),
  );
}

test.run();
