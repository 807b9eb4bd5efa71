/** Many of everything with a real kernel and both cores: messages, starts and stops, crashes, a tty, attaching. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuIvshmemM4 } from '../../boards/qemu/ivshmem-m4.js';
import { type BuiltKernel, DEBUGFS, RealSystem } from '../../host-sim/linux/index.js';
import type { ShmCoreName } from '../../host-sim/shm/index.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/index.js';
import { cores, forKernels, full, NATIVE_BOARD } from './kernels.js';

const test = suite('real kernel, volumes', { dir: '' });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-real-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

const MESSAGES = full ? 10000 : 300;
const CYCLES = full ? 50 : 3;

interface Parts {
  readonly kernel: BuiltKernel;
  readonly core: ShmCoreName;
  readonly dir: string;
}

/** Boots a guest beside a core with the image of a project, and ends both; the processor is off in the beginning. */
async function beside(
  { kernel, core, dir }: Parts,
  project: string,
  drivers: readonly string[],
  body: (made: RealSystem) => Promise<void>,
  byLoader = false,
): Promise<void> {
  const output = join(dir, `${project.replaceAll('/', '-')}.elf`);
  const image = (await build({ dir: project, output, board: NATIVE_BOARD })).image.elf;
  const clock = () => performance.now();
  const parts = { kernel, core, image, drivers, clock, board: qemuIvshmemM4, name: 'firmware.elf', seed: 1 };
  const made = new RealSystem({ ...parts, byLoader });
  try {
    await made.boot();
    await body(made);
  } finally {
    await made.close();
  }
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

/** Sends messages of 0 to 496 bytes, `window` at a time, and sees that each comes back as it was; figures as text. */
async function echoed(made: RealSystem, count: number, window: number): Promise<string> {
  const fd = await endpoint(made, 'rpmsg-echo');
  const { status, data } = await made.guest.ask(`echo ${fd} ${count} 0 496 ${window}`, 250000);
  assert.is(status, 0, data.toString());
  assert.is((await made.guest.ask(`close ${fd}`)).status, 0);
  return data.toString();
}

forKernels(test, (version, kernel) => {
  for (const core of cores) {
    const linux = (name: string, body: (parts: Parts) => Promise<void>): void => {
      test(
        `Linux ${version}, ${core}: ${name}`,
        deadline(600000, async ({ dir }) => body({ kernel, core, dir })),
      );
    };

    linux(`${MESSAGES} messages of 0 to 496 bytes come back, one at a time and 64 in flight`, (parts) =>
      beside(parts, 'examples/echo', ['raw'], async (made) => {
        assert.is(await made.start(), 0);
        for (const window of [1, 64]) {
          console.log(
            `Linux ${version}, ${core}, ${window} in flight: ${await echoed(made, MESSAGES, window)}`,
          );
        }
        assert.is(await made.stop(), 0);
      }),
    );

    linux(`${CYCLES} starts and stops`, (parts) =>
      beside(parts, 'examples/echo', ['raw'], async (made) => {
        for (let i = 0; i < CYCLES; i++) {
          assert.is(await made.start(), 0);
          await echoed(made, 10, 4);
          assert.is(await made.stop(), 0);
        }
        assert.is(made.remote.counters.boots, CYCLES);
        assert.is(
          made.log.filter((text) => text.endsWith('stopped remote processor ivshmem')).length,
          CYCLES,
        );
      }),
    );

    linux(`${CYCLES} crashes that the firmware makes are recovered from`, (parts) =>
      beside(parts, 'test/linux/crasher', ['raw'], async (made) => {
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
        assert.match(made.crashes[0].reason, /told to/);
        assert.ok(made.log.some((text) => text.endsWith(`handling crash #${CYCLES} in ivshmem`)));
        assert.is(await made.stop(), 0);
      }),
    );

    linux('a crash that is written to debugfs stops and starts the core', (parts) =>
      beside(parts, 'examples/echo', ['raw'], async (made) => {
        assert.is(await made.start(), 0);
        assert.is(await made.write(`${DEBUGFS}/crash`, '2'), 0);
        assert.ok(await made.waitFor(() => made.remote.counters.boots === 2, 20000));
        await echoed(made, 10, 1);
        assert.is(await made.stop(), 0);
      }),
    );

    linux("lines through the kernel's own tty driver", (parts) =>
      beside(parts, 'test/conformance/programs/services', ['tty'], async (made) => {
        assert.is(await made.start(), 0);
        const { guest } = made;
        let fd = -1;
        const open = async () => {
          fd = (await guest.ask('open /dev/ttyRPMSG0')).status;
          return fd >= 0;
        };
        assert.ok(await made.waitFor(open, 20000), '/dev/ttyRPMSG0');
        // What the firmware said before anybody had opened the file.
        let before = 'lost: nobody is there';
        const long = `${'x'.repeat(1000)}\n`;
        for (const line of [
          'hello\n',
          'second\n',
          long,
          ...Array.from({ length: 100 }, (_, i) => `${i}\n`),
        ]) {
          assert.is((await guest.ask(`send ${fd} ${Buffer.from(line).toString('hex')}`)).status, line.length);
          let answer = '';
          while (!answer.endsWith('\n')) {
            const { status, data } = await guest.ask(`recv ${fd} 5000`);
            assert.ok(status >= 0, `${line}: ${status}`);
            answer += Buffer.from(data.toString(), 'hex').toString();
          }
          assert.is(answer, `${before}you said ${line}`);
          before = '';
        }
        assert.is(await made.stop(), 0);
      }),
    );

    linux('a kernel attaches to what a boot loader started, leaves it, comes back and stops it', (parts) =>
      beside(
        parts,
        'examples/echo',
        ['raw'],
        async (made) => {
          assert.is(await made.state(), 'detached');
          for (let round = 0; round < 3; round++) {
            assert.is(await made.start(), 0);
            assert.is(await made.state(), 'attached');
            await echoed(made, 100, 4);
            assert.is(await made.write('/sys/class/remoteproc/remoteproc0/state', 'detach'), 0);
            assert.is(await made.state(), 'detached');
            assert.equal(await made.channels(), []);
          }
          assert.is(made.remote.counters.boots, 1, 'the program has run all the time');
          assert.is(await made.start(), 0);
          assert.is(await made.stop(), 0);
          assert.is(await made.state(), 'offline');
          assert.is(await made.setFirmware(), 0);
          assert.is(await made.start(), 0);
          await echoed(made, 100, 4);
          assert.is(made.remote.counters.boots, 2);
          assert.is(await made.stop(), 0);
        },
        true,
      ),
    );
  }
});

test.run();
