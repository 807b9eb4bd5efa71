/** However a process ends that has an emulated core, nothing of it is left: no process, no file, no folder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test as plainTest, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadline } from '../../../../sdk/testing/index.js';
import { onPath, skipUnless } from '../../../support/need.js';
import {
  emulators,
  guestBoard,
  guestImage,
  guestTools,
  hasGuestTools,
  isRunning,
  privateFolders,
} from '../../../support/qemu-guest.js';

const LIMIT = 60000;
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const command = join(root, 'bin/rproc.js');

function test(name: string, body: (image: string) => Promise<void>, more = true, reason = ''): void {
  const missing = hasGuestTools ? reason : `needs ${guestTools.join(', ')}`;
  const run = deadline(LIMIT, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'rproc-lifetime-'));
    try {
      const image = join(dir, 'guest.elf');
      writeFileSync(image, guestImage());
      await body(image);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
  skipUnless(plainTest as Test<unknown>, name, hasGuestTools && more, missing, run);
}

/** `rproc run --core qemu` with these options. */
function rproc(image: string, ...options: readonly string[]): { child: ChildProcess; output: () => string } {
  const args = [command, 'run', image, '--board', guestBoard.name, '--core', 'qemu', ...options];
  return watched(spawn(process.execPath, args, { cwd: root }));
}

/** A process that boots the guest and then runs `code`. */
function program(image: string, code: string): { child: ChildProcess; output: () => string } {
  const source = `
    import { boot } from './sdk/testing/index.js';
    import { qemuCore } from './host-sim/index.js';
    (async () => {
      const remote = await boot(${JSON.stringify(image)}, { board: '${guestBoard.name}', core: qemuCore() });
      await remote.channel('rpmsg-guest');
      console.log('remote processor is now up');
      ${code}
    })();`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', source];
  return watched(spawn(process.execPath, args, { cwd: root }));
}

function watched(child: ChildProcess): { child: ChildProcess; output: () => string } {
  let text = '';
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.setEncoding('utf8').on('data', (data: string) => {
      text += data;
    });
  }
  return { child, output: () => text };
}

async function until(condition: () => boolean, what: string): Promise<void> {
  for (let i = 0; i < 1000; i++) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.unreachable(what);
}

/** Waits for the core to be up, ends the process with `end`, and looks for what is left. */
async function leavesNothing(
  { child, output }: ReturnType<typeof watched>,
  end: () => void,
): Promise<{ code: number | null; signal: string | null }> {
  await until(() => output().includes('is now up'), `up: ${output()}`);
  const [pid] = emulators(child.pid);
  assert.ok(pid > 0, 'the emulator is a child of the process');
  const closed = once(child, 'close');
  end();
  const [code, signal] = await closed;
  await until(() => !isRunning(pid), 'the emulator has ended');
  assert.equal(privateFolders(child.pid), []);
  return { code, signal };
}

for (const name of ['SIGINT', 'SIGTERM'] as const) {
  test(`rproc run ends well at ${name}`, async (image) => {
    const run = rproc(image, '--timeout', '100');
    const { code } = await leavesNothing(run, () => run.child.kill(name));
    assert.is(code, 0, run.output());
    assert.match(run.output(), /interrupted: .* real time/);
    assert.match(run.output(), /stopped remote processor m4/);
  });
}

const bound = onPath('setpriv');

test(
  'rproc run that is killed takes its emulator along',
  async (image) => {
    const run = rproc(image, '--timeout', '100');
    const { signal } = await leavesNothing(run, () => run.child.kill('SIGKILL'));
    assert.is(signal, 'SIGKILL');
  },
  bound,
  "needs util-linux's setpriv",
);

test('a program that forgets its core and comes to its end', async (image) => {
  const run = program(image, "process.stdin.once('data', () => process.stdin.pause());");
  const { code } = await leavesNothing(run, () => run.child.stdin!.end('\n'));
  assert.is(code, 0, run.output());
});

test('a program that exits', async (image) => {
  const run = program(image, "process.stdin.once('data', () => process.exit(7));");
  const { code } = await leavesNothing(run, () => run.child.stdin!.write('\n'));
  assert.is(code, 7, run.output());
});

test('a program that nobody catches the error of', async (image) => {
  const run = program(image, "process.stdin.once('data', () => { throw new Error('nobody'); });");
  const { code } = await leavesNothing(run, () => run.child.stdin!.write('\n'));
  assert.is(code, 1, run.output());
  assert.match(run.output(), /nobody/);
});

test('--shell ends it with the end of its input', async (image) => {
  const run = rproc(image, '--shell');
  run.child.stdin!.write('echo start > /sys/class/remoteproc/remoteproc0/state\n');
  const { code } = await leavesNothing(run, () =>
    run.child.stdin!.end('echo stop > /sys/class/remoteproc/remoteproc0/state\n'),
  );
  assert.is(code, 0, run.output());
});

plainTest.run();
