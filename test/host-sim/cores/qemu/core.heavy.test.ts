/** The QEMU core with a guest in C that shares nothing with the stack: messages, crashes, requests, starts and stops. */
import { test as plainTest, type Test } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuCore, Simulation } from '../../../../host-sim/index.js';
import { boot, deadline, type RemoteUnderTest } from '../../../../sdk/testing/index.js';
import { skipUnless } from '../../../support/need.js';
import {
  emulators,
  GUEST_CHANNEL,
  guestBoard,
  guestImage,
  guestTools,
  hasGuestTools,
  openFiles,
  privateFolders,
  withGuest,
} from '../../../support/qemu-guest.js';

const LIMIT = 60000;
/** What a read of a devcoredump gives at most. */
const PAGE = 4096;
const full = process.env.RPROC_VOLUME === 'full';

function test(name: string, body: () => Promise<void>, limit = LIMIT): void {
  skipUnless(
    plainTest as Test<unknown>,
    name,
    hasGuestTools,
    `needs ${guestTools.join(', ')}`,
    deadline(limit, body),
  );
}

const texts = (remote: RemoteUnderTest): string[] => remote.log.map(({ text }) => text);

async function echo(remote: RemoteUnderTest, text: string): Promise<void> {
  const channel = await remote.channel(GUEST_CHANNEL);
  await channel.send(text);
  assert.is((await channel.receive()).text(), text);
}

test('boots, announces, echoes each size of message, shows its trace, stops when asked and starts again', () =>
  withGuest(async (remote) => {
    const channel = await remote.channel(GUEST_CHANNEL);
    assert.is(channel.dst, 0x400);
    for (const size of [0, 1, 2, 3, 63, 64, 255, 495, 496]) {
      const data = Uint8Array.from({ length: size }, (_, i) => (i * 7 + size) & 0xff);
      await channel.send(data);
      assert.equal((await channel.receive()).data, data, `${size} bytes`);
    }
    assert.is(remote.trace(), 'up\n');
    const [pid] = emulators();
    assert.is(await remote.stop(), 0);
    assert.not.ok(texts(remote).some((text) => text.includes('without ack')));
    await remote.start();
    await echo(remote, 'again');
    assert.equal(emulators(), [pid], 'the same process');
  }));

test('200 messages in a row wait for buffers within the call; 1000 come back in order', () =>
  withGuest(async (remote) => {
    const channel = await remote.channel(GUEST_CHANNEL);
    for (let i = 0; i < 200; i++) channel.sendNow(`message ${i}`);
    for (let i = 0; i < 200; i++) assert.is((await channel.receive()).text(), `message ${i}`);
    await channel.send('flood');
    for (let i = 0; i < 1000; i++) assert.equal([...(await channel.receive()).data], [i & 0xff, i >> 8]);
    await echo(remote, 'still there');
  }));

test('a crash is what the status record says; recovery starts the core again, and its coredump has the memory', () =>
  withGuest(
    async (remote) => {
      const { simulation } = remote;
      simulation.rproc.dumpConf = 'enabled';
      const channel = await remote.channel(GUEST_CHANNEL);
      await channel.send('crash');
      const report = await remote.crashed();
      assert.is(report.type, 2);
      assert.is(report.reason, 'Error: told to');
      assert.equal(report.stack.slice(0, 2), ['at told (firmware.js:3:7)', 'at <eval> (firmware.js:9:1)']);
      assert.is(report.registers!.r0, 0x100);
      assert.is(report.registers!.psr, 0x110);
      await remote.waitFor(() => simulation.rproc.state === 'running');
      assert.ok(texts(remote).some((text) => text.endsWith('handling crash #1 in m4')));
      const [dump] = simulation.devcoredump.devices;
      const parts: Uint8Array[] = [];
      for (let at = 0, part = dump.read(0, PAGE); typeof part !== 'number' && part.length > 0; ) {
        parts.push(part);
        at += part.length;
        part = dump.read(at, PAGE);
      }
      const bytes = Buffer.concat(parts);
      assert.ok(bytes.length > 14 * 1024 * 1024, `${bytes.length}`);
      assert.ok(bytes.includes('Error: told to'), 'the record is in the dump');
      await remote.waitFor(() => simulation.channels.length === 1);
      assert.is(simulation.channels[0].name, GUEST_CHANNEL);
      assert.is(remote.trace(), 'up\n');
    },
    { recovery: true },
  ));

test('a core that hangs is stopped without its answer and starts again', () =>
  withGuest(async (remote) => {
    const channel = await remote.channel(GUEST_CHANNEL);
    await channel.send('hang');
    await remote.pass(50);
    assert.is(await remote.stop(), 0);
    assert.ok(texts(remote).some((text) => text.endsWith('warning: remote FW shutdown without ack')));
    await remote.start();
    await echo(remote, 'well again');
  }));

test('a core that refuses is stopped all the same, and Linux says so', () =>
  withGuest(async (remote) => {
    await echo(remote, 'refuse');
    assert.is(await remote.stop(), 0);
    assert.ok(texts(remote).some((text) => text.endsWith('warning: remote FW shutdown without ack')));
  }));

test('a locked-up core ends its emulator: a crash with what QEMU said, and the next start has a new one', () =>
  withGuest(async (remote) => {
    const [pid] = emulators();
    const channel = await remote.channel(GUEST_CHANNEL);
    await channel.send('lock up');
    const report = await remote.crashed();
    assert.match(report.reason, /^QEMU ended with SIGABRT: .*Lockup/s);
    assert.equal(emulators(), []);
    assert.is(await remote.stop(), 0);
    await remote.start();
    await echo(remote, 'a new one');
    assert.not.equal(emulators(), [pid]);
  }));

test('requests: echo is answered, abort crashes the core', () =>
  withGuest(async (remote) => {
    await remote.channel(GUEST_CHANNEL);
    const { core } = remote.simulation;
    const answers: boolean[] = [];
    core.request!('echo', (granted) => answers.push(granted));
    core.request!('detach', (granted) => answers.push(granted));
    await remote.waitFor(() => answers.length === 2);
    assert.equal(answers, [true, true]);
    core.request!('abort', (granted) => answers.push(granted));
    assert.is((await remote.crashed()).reason, 'the host asked for a crash');
    assert.is(answers.length, 2);
  }));

test('what the core writes to its console is the raw log', async () => {
  const log: number[] = [];
  const simulation = new Simulation({
    board: guestBoard,
    core: qemuCore(),
    onFirmwareLog: (bytes) => log.push(...bytes),
  });
  try {
    simulation.setFirmware('guest.elf', guestImage());
    assert.is(await simulation.start(), 0);
    assert.ok(await simulation.run(() => simulation.channels.length === 1, 5000));
    const [channel] = simulation.channels;
    const endpoint = channel.createEpt(() => {})!;
    const line = `log ${'x'.repeat(200)}\n`;
    for (let i = 0; i < 50; i++) assert.is(endpoint.sendto(Buffer.from(line), channel.dst), 0);
    assert.ok(await simulation.run(() => log.length >= 50 * line.length, 5000));
    const text = Buffer.from(log).toString();
    assert.ok(text === line.repeat(50), `${text.length} characters: ${text.slice(0, 300)} ...`);
  } finally {
    simulation.dispose();
  }
});

test('Linux attaches to a core that a boot loader has started, and detaches from it', async () => {
  const simulation = new Simulation({ board: guestBoard, core: qemuCore(), detached: true });
  try {
    assert.is(await simulation.processors[0].bootByLoader(guestImage()), 0);
    await simulation.run(() => false, 20);
    assert.is(await simulation.start(), 0);
    assert.is(simulation.rproc.state, 'attached');
    assert.ok(await simulation.run(() => simulation.channels.length === 1, 5000));
    assert.is(await simulation.detach(), 0);
    assert.is(simulation.rproc.state, 'detached');
    assert.is(await simulation.start(), 0);
    assert.ok(await simulation.run(() => simulation.channels.length === 1, 5000), 'announced once more');
  } finally {
    simulation.dispose();
  }
});

test('an injected crash stops the core where it is', () =>
  withGuest(async (remote) => {
    await remote.channel(GUEST_CHANNEL);
    remote.simulation.core.fail!('power is gone');
    assert.is((await remote.crashed()).reason, 'power is gone');
    assert.is(await remote.stop(), 0);
    await remote.start();
    await echo(remote, 'power is back');
  }));

test('two emulated cores run beside each other on one Linux', async () => {
  const simulation = new Simulation({ board: guestBoard, core: qemuCore() });
  try {
    const second = simulation.addProcessor({ board: guestBoard, core: qemuCore() });
    for (const processor of simulation.processors) {
      processor.setFirmware('guest.elf', guestImage());
      assert.is(await processor.start(), 0);
    }
    assert.ok(await simulation.run(() => simulation.channels.length === 2, 5000));
    assert.is(emulators().length, 2);
    assert.is(await second.stop(), 0);
    assert.is(simulation.channels.length, 1);
  } finally {
    simulation.dispose();
  }
});

test('nothing is left after dispose, and the core starts again all the same', async () => {
  const before = openFiles().length;
  const remote = await boot(guestImage(), { board: guestBoard, core: qemuCore() });
  await echo(remote, 'first');
  assert.equal(privateFolders(), [], 'no folder while it runs');
  const [pid] = emulators();
  remote.dispose();
  assert.is(await remote.stop(), 0);
  await remote.start();
  await echo(remote, 'second');
  assert.not.equal(emulators(), [pid]);
  remote.dispose();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.equal(emulators(), []);
  assert.equal(privateFolders(), []);
  assert.ok(openFiles().length <= before, openFiles().join(' '));
});

// What the stack's own images do 500 times is in test/end-to-end/native-volume.
const cycles = full ? 50 : 5;

test(
  `${cycles} starts and stops`,
  () =>
    withGuest(async (remote) => {
      for (let i = 0; i < cycles; i++) {
        await echo(remote, `round ${i}`);
        assert.is(await remote.stop(), 0);
        await remote.start();
      }
      assert.is(emulators().length, 1);
    }),
  600000,
);

test(
  `${cycles} crashes and recoveries`,
  () =>
    withGuest(
      async (remote) => {
        for (let i = 0; i < cycles; i++) {
          const channel = await remote.channel(GUEST_CHANNEL);
          await channel.send('crash');
          assert.is((await remote.crashed()).reason, 'Error: told to');
          await remote.waitFor(() => remote.simulation.rproc.state === 'running');
        }
        await echo(remote, 'after all');
        assert.is(remote.simulation.rproc.crashCount, cycles);
        assert.is(emulators().length, 1);
      },
      { recovery: true },
    ),
  600000,
);

const messages = full ? 20000 : 2000;

test(
  `${messages} messages there and back`,
  () =>
    withGuest(async (remote) => {
      const channel = await remote.channel(GUEST_CHANNEL);
      let next = 0;
      for (let i = 0; i < messages; i++) {
        channel.sendNow(String(i));
        while (channel.pending > 0) assert.is((await channel.receive()).text(), String(next++));
      }
      while (next < messages) assert.is((await channel.receive()).text(), String(next++));
    }),
  600000,
);

plainTest.run();
