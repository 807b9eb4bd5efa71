/** Machine code on QEMU's Cortex-M4F, many of everything: messages, starts and stops, crashes with recovery. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuCore } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { type BootOptions, boot, deadline, type RemoteUnderTest } from '../../sdk/testing/index.js';
import { nativeReady } from '../support/native.js';
import { skipUnless } from '../support/need.js';

const test = suite('native volume', { dir: '' });
test.before((context) => {
  context.dir = mkdtempSync(join(tmpdir(), 'rproc-native-'));
});
test.after(({ dir }) => rmSync(dir, { recursive: true, force: true }));

const full = process.env.RPROC_VOLUME === 'full';
const MESSAGES = full ? 100_000 : 2_000;
const CYCLES = full ? 500 : 5;
const IN_FLIGHT = 64;
const absent = nativeReady('arm');

function volume(
  name: string,
  project: string,
  options: BootOptions,
  body: (remote: RemoteUnderTest) => Promise<void>,
): void {
  skipUnless(
    test,
    name,
    absent === undefined,
    absent ?? '',
    deadline(900_000, async ({ dir }) => {
      const output = join(dir, `${project.replaceAll('/', '-')}.elf`);
      const { elf } = (await build({ dir: project, output, board: 'qemu-mps2-an386' })).image;
      const remote = await boot(elf, { ...options, core: qemuCore() });
      try {
        await body(remote);
      } finally {
        await remote.dispose();
      }
    }),
  );
}

async function echo(remote: RemoteUnderTest, text: string): Promise<void> {
  const channel = await remote.channel('rpmsg-echo');
  await channel.send(text);
  assert.is((await channel.receive()).text(), text);
}

volume(`${MESSAGES} messages come back, none lost, in order`, 'examples/echo', {}, async (remote) => {
  const channel = await remote.channel('rpmsg-echo');
  let next = 0;
  for (let i = 0; i < MESSAGES; i++) {
    channel.sendNow(String(i));
    while (channel.pending > 0 || i - next >= IN_FLIGHT) {
      assert.is((await channel.receive()).text(), String(next++));
    }
  }
  while (next < MESSAGES) assert.is((await channel.receive()).text(), String(next++));
  assert.is(channel.pending, 0);
});

volume(`${CYCLES} starts and stops`, 'examples/echo', {}, async (remote) => {
  for (let i = 0; i < CYCLES; i++) {
    await echo(remote, `round ${i}`);
    assert.is(await remote.stop(), 0);
    await remote.start();
  }
  await echo(remote, 'after all');
});

volume(`${CYCLES} crashes and recoveries`, 'test/linux/crasher', { recovery: true }, async (remote) => {
  for (let i = 0; i < CYCLES; i++) {
    const channel = await remote.channel('crasher');
    await channel.send('crash');
    assert.match((await remote.crashed()).reason, /told to$/);
    await remote.waitFor(() => remote.simulation.rproc.state === 'running');
  }
  assert.is(remote.simulation.rproc.crashCount, CYCLES);
  const channel = await remote.channel('crasher');
  await channel.send('still there');
  assert.is((await channel.receive()).text(), 'still there');
});

test.run();
