/** Many of everything with a real kernel and the QuickJS core: messages, starts and stops, crashes, ttys, attaching. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { virtIvshmem } from '../../boards/virt-ivshmem.js';
import { type BuiltKernel, DEBUGFS, RealSystem } from '../../host-sim/linux/index.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/index.js';
import { forKernels, full } from './kernels.js';

const test = suite('real kernel, volumes', { dir: '' });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-real-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

const MESSAGES = full ? 10000 : 300;
const CYCLES = full ? 50 : 3;

/** Boots a guest with an example; the processor is off. */
async function system(
  dir: string,
  kernel: BuiltKernel,
  project: string,
  drivers: readonly string[],
): Promise<RealSystem> {
  const output = join(dir, `${project.replaceAll('/', '-')}.elf`);
  await build({ dir: project, output, board: 'virt-ivshmem' });
  const image = new Uint8Array(readFileSync(output));
  const clock = () => performance.now();
  const parts = { kernel, image, drivers, clock, board: virtIvshmem, name: 'firmware.elf', seed: 1 };
  const made = new RealSystem(parts);
  try {
    await made.boot();
  } catch (error) {
    await made.close();
    throw error;
  }
  return made;
}

/** A descriptor of an endpoint for the channel of that name. */
async function endpoint(made: RealSystem, name: string): Promise<number> {
  let fd = -1;
  const open = async () => {
    const channel = (await made.channels()).find((one) => one.name === name);
    if (channel) fd = (await made.guest.ask(`ept 0 ${name} -1 ${channel.dst}`)).status;
    return fd >= 0;
  };
  assert.ok(await made.waitFor(open, 20000), `channel ${name}`);
  return fd;
}

forKernels(test, (version, kernel) => {
  const linux = (name: string, body: (dir: string, kernel: BuiltKernel) => Promise<void>): void => {
    test(
      `Linux ${version}: ${name}`,
      deadline(300000, async ({ dir }) => body(dir, kernel)),
    );
  };

  linux(
    `${MESSAGES} messages of 0 to 496 bytes come back, one at a time and 64 in flight`,
    async (dir, kernel) => {
      const made = await system(dir, kernel, 'examples/echo', ['raw']);
      try {
        assert.is(await made.start(), 0);
        const fd = await endpoint(made, 'rpmsg-echo');
        for (const window of [1, 64]) {
          const { status, data } = await made.guest.ask(`echo ${fd} ${MESSAGES} 0 496 ${window}`, 200000);
          assert.is(status, 0, data.toString());
          console.log(`Linux ${version}, ${window} in flight: ${data}`);
        }
        assert.is(await made.stop(), 0);
      } finally {
        await made.close();
      }
    },
  );

  linux(`${CYCLES} starts and stops`, async (dir, kernel) => {
    const made = await system(dir, kernel, 'examples/echo', ['raw']);
    try {
      for (let i = 0; i < CYCLES; i++) {
        assert.is(await made.start(), 0);
        const fd = await endpoint(made, 'rpmsg-echo');
        const { status, data } = await made.guest.ask(`echo ${fd} 10 0 496 4`);
        assert.is(status, 0, data.toString());
        assert.is((await made.guest.ask(`close ${fd}`)).status, 0);
        assert.is(await made.stop(), 0);
      }
      assert.is(made.remote.counters.boots, CYCLES);
      assert.is(made.log.filter((text) => text.endsWith('stopped remote processor ivshmem')).length, CYCLES);
    } finally {
      await made.close();
    }
  });

  linux(`${CYCLES} crashes that the firmware makes are recovered from`, async (dir, kernel) => {
    const made = await system(dir, kernel, 'test/linux/crasher', ['raw']);
    try {
      assert.is(await made.start(), 0);
      for (let i = 0; i < CYCLES; i++) {
        const fd = await endpoint(made, 'crasher');
        assert.is((await made.guest.ask(`send ${fd} ${Buffer.from('crash').toString('hex')}`)).status, 5);
        const again = () =>
          made.remote.counters.boots === i + 2 &&
          made.log.filter((text) => text.endsWith('is now up')).length === i + 2;
        assert.ok(await made.waitFor(again, 20000), `recovery ${i + 1}`);
        await made.guest.ask(`close ${fd}`);
      }
      assert.is(made.crashes.length, CYCLES);
      assert.ok(made.log.some((text) => text.endsWith(`handling crash #${CYCLES} in ivshmem`)));
      assert.is(await made.stop(), 0);
    } finally {
      await made.close();
    }
  });

  linux('a crash that is written to debugfs stops and starts the core', async (dir, kernel) => {
    const made = await system(dir, kernel, 'examples/echo', ['raw']);
    try {
      assert.is(await made.start(), 0);
      assert.is(await made.write(`${DEBUGFS}/crash`, '2'), 0);
      assert.ok(await made.waitFor(() => made.remote.counters.boots === 2, 20000));
      await endpoint(made, 'rpmsg-echo');
      assert.is(await made.stop(), 0);
    } finally {
      await made.close();
    }
  });
});

test.run();
