/**
 * One image, three pairings: the simulated Linux with the QuickJS core, a real kernel with it, and a real kernel with the same
 * image's machine code on QEMU's Cortex-M4. Every example and every program of the conformance suite says the same in all of
 * them, and both Linuxes say the same of it.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { DEBUGFS } from '../../host-sim/linux/index.js';
import { build } from '../../sdk/build/build.js';
import { boot, deadline, type RemoteUnderTest } from '../../sdk/testing/index.js';
import { type Conversation, traceWith } from '../conformance/conversations/conversation.js';
import { exampleConversations } from '../conformance/conversations/examples.js';
import { conversations } from '../conformance/conversations/index.js';
import { programDir } from '../conformance/suite.js';
import { explained } from './differences.js';
import { cores, forKernels, full, NATIVE_BOARD } from './kernels.js';
import { RealRemote } from './real-remote.js';

const test = suite('pairings', { dir: '', images: new Map<string, Promise<Uint8Array>>() });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-real-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

/**
 * Of the console example only the boot can be compared. drivers/char/virtio_console.c takes a console's buffers (id 3) from ordinary memory of
 * Linux, which this board does not show to its remote; a serial port's (id 11) it takes from the vdev's own, but puts their kernel address
 * through sg_init_one(), which is good for memory in the linear mapping only: the descriptor of a mapped BAR says 0x4080_01244000. The
 * simulator gives both what a core that sees all of RAM would find.
 */
const consoleBoots: Conversation = async (remote) => [await traceWith(remote, 'serial is up')];

interface Talk {
  readonly source: string;
  readonly converse: Conversation;
}

const example = (name: string, converse = exampleConversations[name]): [string, Talk] => [
  `example ${name}`,
  { source: `examples/${name}`, converse },
];
const programs = Object.entries(conversations).map(([name, converse]): [string, Talk] => [
  `program ${name}`,
  { source: programDir(name), converse },
]);
const talks: readonly [string, Talk][] = [
  example('client-sample'),
  example('echo'),
  example('console', consoleBoots),
  ...(full ? programs : []),
];

/** Kernel pointers are hashed anew at each boot. */
const withoutPointers = (text: string) => text.replace(/(Virtual address: ).*/g, '$1...');

interface Said {
  readonly lines: readonly string[];
  readonly log: readonly string[];
}

forKernels(test, (version, built) => {
  for (const [name, { source, converse }] of talks) {
    const sample = name === 'example client-sample';
    test(
      `Linux ${version}: ${name} says the same to the simulated one`,
      deadline(400000, async ({ dir, images }) => {
        const output = join(dir, `${name.replace(' ', '-')}.elf`);
        const make = async () => (await build({ dir: source, output, board: NATIVE_BOARD })).image.elf;
        if (!images.has(name)) images.set(name, make());
        const image = await images.get(name)!;
        const says = async (remote: RemoteUnderTest, linux: 'real' | 'simulated'): Promise<Said> => {
          const lines = await converse(remote);
          assert.is(await remote.stop(), 0, linux);
          return { lines, log: explained(remote.log, linux) };
        };
        const simulated = await says(await boot(image, { kernel: version, sample }), 'simulated');
        for (const core of cores) {
          const remote = await RealRemote.boot(built, core, image, sample ? ['client-sample'] : ['raw']);
          try {
            assert.equal(await says(remote.asTested, 'real'), simulated, core);
          } finally {
            await remote.close();
          }
        }
      }),
    );
  }

  test(
    `Linux ${version}: trace0 and the resource table in debugfs are the simulator's`,
    deadline(120000, async ({ dir }) => {
      const output = join(dir, 'files.elf');
      const image = (await build({ dir: 'examples/client-sample', output, board: NATIVE_BOARD })).image.elf;
      const simulated = await boot(image, { kernel: version, sample: true });
      const goodbye = (log: readonly { text: string }[]) => log.some(({ text }) => text.endsWith('goodbye!'));
      await simulated.waitFor(() => goodbye(simulated.log) && simulated.trace().includes('goodbye'));
      for (const core of cores) {
        const remote = await RealRemote.boot(built, core, image, ['client-sample']);
        try {
          await remote.waitFor(() => goodbye(remote.log) && remote.trace().includes('goodbye'));
          assert.is(remote.trace(), simulated.trace(), core);
          const { guest } = remote.system;
          const { sysfs } = simulated.simulation;
          for (const file of ['resource_table', 'carveout_memories', 'name', 'recovery', 'coredump']) {
            const real = withoutPointers(await guest.read(`${DEBUGFS}/${file}`));
            assert.is(real, withoutPointers(String(sysfs.read(`${DEBUGFS}/${file}`))), `${core}: ${file}`);
          }
        } finally {
          await remote.close();
        }
      }
    }),
  );
});

test.run();
