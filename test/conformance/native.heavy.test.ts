/**
 * One image, two cores: the same ELF runs as machine code in QEMU and in the simulated core, and every program of the
 * conformance suite and every example says the same on both.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { qemuCore } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { type BootOptions, boot, deadline } from '../../sdk/testing/index.js';
import { nativeReady } from '../support/native.js';
import { skipUnless } from '../support/need.js';
import { root } from '../support/sources.js';
import { exampleConversations } from './conversations/examples.js';
import { conversations } from './conversations/index.js';
import { expected, programDir } from './suite.js';

const test = suite('one image, two cores', { dir: '' });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-native-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

const full = process.env.RPROC_VOLUME === 'full';
/** The M4F is the core that is exercised most; the others are for long runs. */
const boards = full ? ['qemu-mps2-an386', 'qemu-mps2-an500', 'qemu-r5f', 'qemu-rv32'] : ['qemu-mps2-an386'];

const talks = {
  ...Object.fromEntries(
    Object.entries(conversations).map(([name, converse]) => [
      name,
      { dir: programDir(name), converse, sample: false, says: expected(name) as string | undefined },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(exampleConversations).map(([name, converse]) => [
      `example ${name}`,
      { dir: join(root, 'examples', name), converse, sample: name === 'client-sample', says: undefined },
    ]),
  ),
};

for (const board of boards) {
  const { system } = findBoard(board)!.qemu!;
  const ready = nativeReady(system);
  for (const [name, { dir: source, converse, sample, says }] of Object.entries(talks)) {
    skipUnless(
      test,
      `${name} on ${board}`,
      ready === undefined,
      ready ?? '',
      deadline(120000, async ({ dir }) => {
        const output = join(dir, `${name.replace(' ', '-')}-${board}.elf`);
        const { elf } = (await build({ dir: source, output, board })).image;
        const talk = async (options: BootOptions): Promise<string> => {
          const remote = await boot(elf, { ...options, sample });
          try {
            const lines = await converse(remote);
            assert.is(await remote.stop(), 0);
            return `${lines.join('\n')}\n`;
          } finally {
            await remote.dispose();
          }
        };
        const simulated = await talk({});
        assert.ok(simulated.split('\n').length > 100 || simulated.length > 5000, 'long enough');
        if (says !== undefined) assert.fixture(simulated, says, 'simulated core');
        assert.fixture(await talk({ core: qemuCore() }), simulated, 'machine code');
      }),
    );
  }
}

test.run();
