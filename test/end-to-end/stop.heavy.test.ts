/** Firmware with onStop, built and stopped by the simulated Linux of several boards: soc-memory-maps.md 2.1 and 4.3. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { Simulation } from '../../host-sim/index.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/index.js';
import { inProject } from '../support/project-folder.js';

const LIMIT = 60_000;

const config = (board: string) => `import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'stop',
  board: '${board}',
  entry: './src/main.ts',
  resources: [trace(), rpmsgVdev({ num: 16, align: 16 })],
});
`;

const MAIN = `import { createEndpoint, onStop } from 'rproc-sdk/runtime';

const endpoint = createEndpoint({ name: 'mode' }, (data) => {
  mode = String.fromCharCode(...data);
});
endpoint.onUnbound = () => console.log('unbound');
let mode = 'slow';
onStop(async (reason) => {
  console.log(reason + ', ' + mode);
  if (mode === 'throw') throw new Error('not now');
  await new Promise((resolve) => setTimeout(resolve, mode === 'never' ? 1e9 : 40));
  console.log('ready');
});
`;

const WITHOUT = `import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'mode' }, () => {});
`;

async function elfOf(board: string, main: string): Promise<Uint8Array> {
  const files = { 'firmware.config.ts': config(board), 'src/main.ts': main };
  return inProject(files, async (dir) => (await build({ dir })).image.elf);
}

/** Boots, tells the firmware its mode, stops. What the firmware said, the kernel's lines about the stop, the ms it took. */
async function stopIn(mode: string, elf: Uint8Array, name: string) {
  const said: string[] = [];
  const sim = new Simulation({
    board: findBoard(name)!,
    onFirmwareLog: (bytes) => said.push(Buffer.from(bytes).toString().trimEnd()),
  });
  sim.setFirmware('stop.elf', elf);
  assert.is(await sim.start(), 0);
  assert.ok(sim.runUntil(() => sim.channels.length > 0, 1000));
  sim.channels[0].createEpt(() => {})!.sendto(new Uint8Array(Buffer.from(mode)), sim.channels[0].dst);
  sim.runUntil(() => false, 50);
  const seen = sim.kernel.log.lines.length;
  const before = sim.scheduler.now;
  assert.is(await sim.stop(), 0);
  const log = sim.kernel.log.lines
    .slice(seen)
    .map(({ text }) => text.replace('remoteproc remoteproc0: ', ''));
  return { sim, said, log, took: Math.round(sim.scheduler.now - before) };
}

const test = suite('stop', { stm32: new Uint8Array() as Uint8Array });
const BOARD = 'stm32mp157-dk-m4';
test.before(async (context) => {
  context.stm32 = await elfOf(BOARD, MAIN);
});

const DOWN = 'stopped remote processor m4';

test(
  '2.1 STM32: the handler runs after onUnbound, and Linux stops the core when it has settled',
  deadline(LIMIT, async ({ stm32 }) => {
    const { said, log, took } = await stopIn('slow', stm32, BOARD);
    assert.equal(said, ['unbound', 'shutdown, slow', 'ready']);
    assert.equal(log.slice(-1), [DOWN]);
    assert.ok(!log.some((line) => line.includes('without ack')), log.join('\n'));
    assert.ok(took >= 40 && took < 45, `${took} ms`);
  }),
);

test(
  '2.1 STM32: a handler that never settles: Linux waits 500 ms, warns and goes on; the next boot is a whole one',
  deadline(LIMIT, async ({ stm32 }) => {
    const { sim, said, log, took } = await stopIn('never', stm32, BOARD);
    assert.equal(said, ['unbound', 'shutdown, never']);
    assert.equal(log.slice(-2), ['warning: remote FW shutdown without ack', DOWN]);
    assert.is(took, 500);
    assert.is(await sim.start(), 0);
    assert.ok(sim.runUntil(() => sim.channels.length > 0, 1000));
    const { now } = sim.scheduler;
    assert.is(await sim.stop(), 0);
    // Nobody has spoken to this life: the endpoint was not bound.
    assert.equal(said.slice(2), ['shutdown, slow', 'ready']);
    assert.ok(sim.scheduler.now - now < 45);
  }),
);

test(
  '2.1 STM32: a handler that throws crashes the core instead of answering',
  deadline(LIMIT, async ({ stm32 }) => {
    const { sim, said, log, took } = await stopIn('throw', stm32, BOARD);
    assert.match(said[2], /^crash: Error: not now\n/);
    assert.is(sim.crash?.reason, 'Error: not now');
    assert.match(sim.crash!.stack[0], /src\/main\.ts:10:/);
    assert.ok(log.includes('crash detected in m4: type watchdog'), log.join('\n'));
    assert.ok(log.includes('warning: remote FW shutdown without ack'), log.join('\n'));
    assert.is(took, 500);
    assert.is(sim.rproc.state, 'offline');
  }),
);

test(
  'firmware without a handler lets Linux stop it at once',
  deadline(LIMIT, async () => {
    const { log, took } = await stopIn('', await elfOf('virt-m4', WITHOUT), 'virt-m4');
    assert.equal(log.slice(-1), [DOWN]);
    assert.ok(!log.some((line) => line.includes('without ack')), log.join('\n'));
    assert.is(took, 0);
  }),
);

test(
  '4.3 K3: mainline asks nothing before a stop, so the handler does not run; the echo of 6.12 is answered',
  deadline(LIMIT, async () => {
    const { sim, said } = await stopIn('slow', await elfOf('am64x-r5f', MAIN), 'am64x-r5f');
    assert.equal(said, []);
    const echo = 'platform 78000000.r5f: received echo reply from 78000000.r5f';
    assert.is(sim.kernel.log.lines.filter(({ text }) => text === echo).length, 1);
  }),
);

test(
  '2.1 STM32: found running, attached to, let go: the handler hears of the detach, the core runs on and is stopped later',
  deadline(LIMIT, async ({ stm32 }) => {
    const said: string[] = [];
    const sim = new Simulation({
      board: findBoard(BOARD)!,
      detached: true,
      onFirmwareLog: (bytes) => said.push(Buffer.from(bytes).toString().trimEnd()),
    });
    assert.is(await sim.processors[0].bootByLoader(stm32), 0);
    for (const _ of ['first', 'second']) {
      assert.is(await sim.start(), 0);
      assert.is(sim.rproc.state, 'attached');
      assert.ok(sim.runUntil(() => sim.channels.length > 0, 1000));
      assert.is(await sim.detach(), 0);
      assert.is(sim.rproc.state, 'detached');
      assert.equal(said.splice(0), ['detach, slow', 'ready']);
    }
    assert.is(await sim.start(), 0);
    assert.is(await sim.stop(), 0);
    assert.equal(said, ['shutdown, slow', 'ready']);
    assert.ok(!sim.kernel.log.lines.some(({ text }) => text.includes('without ack')));
  }),
);

test.run();
