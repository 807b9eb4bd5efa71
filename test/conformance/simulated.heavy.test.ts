/** The conformance suite on the simulated core: each virtual board, and each kernel on one of them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { boards as allBoards } from '../../boards/index.js';
import { kernelVersions } from '../../host-sim/index.js';
import { deadline } from '../../sdk/testing/index.js';
import { conversations } from './conversations/index.js';
import { buildProgram, converse, expected, programs } from './suite.js';

const test = suite('conformance', { dir: '' });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-conformance-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

const full = process.env.RPROC_VOLUME === 'full';
const boards = allBoards
  .map(({ name }) => name)
  .filter((name) => name.startsWith('virt-') && (full || name === 'virt-m4'));

test('every program has a conversation of at least a hundred lines', () => {
  assert.equal(Object.keys(conversations).sort(), programs);
  for (const program of programs) assert.ok(expected(program).split('\n').length > 100, program);
});

for (const program of programs) {
  test(
    `${program} says what it has to say`,
    deadline(120000, async ({ dir }) => {
      for (const board of boards) {
        const elf = await buildProgram(program, board, join(dir, `${program}-${board}.elf`));
        for (const kernel of kernelVersions) {
          if (kernel !== '6.12' && board !== boards[0]) continue;
          assert.fixture(
            await converse(program, elf, { kernel }),
            expected(program),
            `${board}, Linux ${kernel}`,
          );
        }
      }
    }),
  );
}

test.run();
