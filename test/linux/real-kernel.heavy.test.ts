/**
 * The same image under the simulated and under a real kernel, on the same core: transcripts of the examples, the kernel's own lines,
 * trace0 and the debugfs resource table.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DEBUGFS } from '../../host-sim/linux/index.js';
import { build } from '../../sdk/build/build.js';
import { boot, deadline } from '../../sdk/testing/index.js';
import { type Conversation, traceWith } from '../conformance/conversations/conversation.js';
import { exampleConversations } from '../conformance/conversations/examples.js';
import { conversations } from '../conformance/conversations/index.js';
import { buildProgram, programs } from '../conformance/suite.js';
import { explained } from './differences.js';
import { forKernels, full } from './kernels.js';
import { RealRemote } from './real-remote.js';

const test = suite('real kernel', { dir: '' });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-real-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

const board = 'virt-ivshmem';
const output = (dir: string, name: string) => join(dir, `${name}.elf`);

/**
 * Of the console example only the boot can be compared. drivers/char/virtio_console.c takes a console's buffers (id 3) from ordinary memory of
 * Linux, which this board does not show to its remote; a serial port's (id 11) it takes from the vdev's own, but puts their kernel address
 * through sg_init_one(), which is good for memory in the linear mapping only: the descriptor of a mapped BAR says 0x4080_01244000. The
 * simulator gives both what a core that sees all of RAM would find.
 */
const consoleBoots: Conversation = async (remote) => [await traceWith(remote, 'serial is up')];

const exchanges: { readonly [example: string]: Conversation } = {
  ...exampleConversations,
  console: consoleBoots,
};

/** Kernel pointers are hashed anew at each boot. */
const withoutPointers = (text: string) => text.replace(/(Virtual address: ).*/g, '$1...');

async function buildExample(dir: string, example: string): Promise<Uint8Array> {
  await build({ dir: `examples/${example}`, output: output(dir, example), board });
  return new Uint8Array(readFileSync(output(dir, example)));
}

forKernels(test, (version, built) => {
  for (const [example, converse] of Object.entries(exchanges)) {
    const sample = example === 'client-sample';
    test(
      `Linux ${version}: example ${example} says what it says to the simulated one`,
      deadline(120000, async ({ dir }) => {
        const image = await buildExample(dir, example);
        const simulated = await boot(image, { board, kernel: version, sample });
        const wanted = await converse(simulated);
        const remote = await RealRemote.boot(built, image, sample ? ['client-sample'] : ['raw']);
        try {
          assert.equal(await converse(remote.asTested), wanted);
          assert.is(await remote.stop(), 0);
          assert.is(await simulated.stop(), 0);
          assert.equal(explained(remote.log, 'real'), explained(simulated.log, 'simulated'));
        } finally {
          await remote.close();
        }
      }),
    );
  }

  for (const program of full ? programs : []) {
    test(
      `Linux ${version}: program ${program} of the conformance suite`,
      deadline(240000, async ({ dir }) => {
        const image = await buildProgram(program, board, output(dir, program));
        const simulated = await boot(image, { board, kernel: version });
        const wanted = await conversations[program](simulated);
        const remote = await RealRemote.boot(built, image, ['raw']);
        try {
          assert.equal(await conversations[program](remote.asTested), wanted);
          assert.is(await remote.stop(), 0);
        } finally {
          await remote.close();
        }
      }),
    );
  }

  test(
    `Linux ${version}: trace0 and the resource table in debugfs are the simulator's`,
    deadline(120000, async ({ dir }) => {
      const image = await buildExample(dir, 'client-sample');
      const simulated = await boot(image, { board, kernel: version, sample: true });
      const goodbye = (log: readonly { text: string }[]) => log.some(({ text }) => text.endsWith('goodbye!'));
      await simulated.waitFor(() => goodbye(simulated.log) && simulated.trace().includes('goodbye'));
      const remote = await RealRemote.boot(built, image, ['client-sample']);
      try {
        await remote.waitFor(() => goodbye(remote.log) && remote.trace().includes('goodbye'));
        assert.is(remote.trace(), simulated.trace());
        const { guest } = remote.system;
        const { sysfs } = simulated.simulation;
        for (const file of ['resource_table', 'carveout_memories', 'name', 'recovery', 'coredump']) {
          const real = withoutPointers(await guest.read(`${DEBUGFS}/${file}`));
          assert.is(real, withoutPointers(String(sysfs.read(`${DEBUGFS}/${file}`))), file);
        }
      } finally {
        await remote.close();
      }
    }),
  );
});

test.run();
