/**
 * Firmware whose kicks go through the registers of its board's mailbox: the board's driver runs in QuickJS, Linux's in the
 * simulator (soc-memory-maps.md 2.1, 3.3, 4.3, 5).
 */
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Board, findBoard } from '../../boards/index.js';
import { zynqmpR5 } from '../../boards/xilinx/zynqmp-r5.js';
import { clientSample, Simulation } from '../../host-sim/index.js';
import { bundleFirmware } from '../../sdk/bundle/bundle.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { rpmsgVdev, trace } from '../../sdk/config/resources/index.js';
import { deadline } from '../../sdk/testing/index.js';
import { bareImage } from '../support/firmware.js';
import { inProject } from '../support/project-folder.js';
import { root } from '../support/sources.js';

const LIMIT = 60_000;
const MESSAGES = 40;

const CONFIG = `import { defineFirmware, rpmsgVdev, trace } from 'rproc-sdk';

export default defineFirmware({
  name: 'registers',
  board: 'stm32mp157-dk-m4',
  entry: './src/main.ts',
  resources: [trace(), rpmsgVdev({ num: 16, align: 16 })],
});
`;

const MAIN = `import { createEndpoint, onStop } from 'rproc-sdk/runtime';

createEndpoint({ name: 'echo' }, (data, src, endpoint) => {
  if (data.length === 0) throw new Error('empty');
  endpoint.sendTo(src, data);
});
onStop((reason) => new Promise((resolve) => setTimeout(() => { console.log(reason); resolve(); }, 20)));
`;

/** The example's regions do not hold rings on a ZynqMP: these do. */
const zynqmp: Board = {
  ...zynqmpR5,
  memory: [...zynqmpR5.memory, { name: 'pool', da: 0x3ee00000, len: 0x100000, use: 'pool', origin: 'test' }],
};
/** Without the machine code that an image for it may hold otherwise: here only the program runs. */
function known(name: string): Board {
  const { native: _, ...board } = findBoard(name)!;
  return board;
}
const test = suite('mailbox registers', { elfs: new Map<Board, Uint8Array>() });
const uarts = ['qemu-mps2-an386', 'qemu-r5f', 'qemu-rv32'].map(known);
const socs = [known('stm32mp157-dk-m4'), known('imx8mm-m4'), known('imx93-m33'), known('am64x-r5f'), zynqmp];
const tried = [...socs, ...uarts];

test.before(async ({ elfs }) => {
  await inProject({ 'firmware.config.ts': CONFIG, 'src/main.ts': MAIN }, async (dir) => {
    const declared = await loadFirmware(dir);
    for (const board of tried) {
      const { image } = await bundleFirmware({ ...declared, board });
      elfs.set(board, image.elf);
    }
  });
});

async function up(board: Board, elf: Uint8Array, kernel: '6.12' | '7.2' = '6.12') {
  const said: string[] = [];
  const sim = new Simulation({
    ...{ board, kernel, mailbox: 'registers', recovery: false },
    onFirmwareLog: (bytes) => said.push(Buffer.from(bytes).toString().trimEnd()),
  });
  sim.setFirmware('registers.elf', elf);
  assert.is(await sim.start(), 0, sim.kernel.log.lines.map(({ text }) => text).join('\n'));
  assert.ok(
    sim.runUntil(() => sim.channels.length > 0, 1000),
    `${board.name}: ${sim.crash?.reason}`,
  );
  const received: string[] = [];
  const [channel] = sim.channels;
  const endpoint = channel.createEpt((data) => void received.push(Buffer.from(data).toString()))!;
  const send = (text: string) => endpoint.sendto(new Uint8Array(Buffer.from(text)), channel.dst);
  return { sim, said, received, send };
}

for (const board of tried) {
  test(
    `${board.name}: ${MESSAGES} messages there and back, nothing wrong with the registers, kicks on both sides`,
    deadline(LIMIT, async ({ elfs }) => {
      const { sim, received, send } = await up(board, elfs.get(board)!);
      const wanted = Array.from({ length: MESSAGES }, (_, i) => `message ${i}`);
      for (const [i, text] of wanted.entries()) {
        assert.is(send(text), 0);
        // One at a time, then bursts.
        if (i < 10 || i % 7 === 0) sim.runUntil(() => received.length === i + 1, 1000);
      }
      assert.ok(
        sim.runUntil(() => received.length === MESSAGES, 2000),
        `${received.length} came back`,
      );
      assert.equal(received, wanted);
      const { mailbox } = sim.processors[0];
      assert.is(mailbox!.warnings.count, 0);
      assert.ok(sim.kicks.toRemote > 10 && sim.kicks.toHost > 10, JSON.stringify(sim.kicks));
      assert.is(await sim.stop(), 0);
    }),
  );
}

for (const board of [socs[0], ...uarts]) {
  test(
    `${board.name}: a shutdown is granted when the handler has settled; a second life answers as well`,
    deadline(LIMIT, async ({ elfs }) => {
      const { sim, said } = await up(board, elfs.get(board)!);
      for (const _ of ['first', 'second']) {
        const { now } = sim.scheduler;
        assert.is(await sim.stop(), 0);
        const took = sim.scheduler.now - now;
        assert.ok(took >= 20 && took < 30, `${took} ms`);
        assert.equal(said.splice(0), ['shutdown']);
        assert.is(await sim.start(), 0);
        assert.ok(sim.runUntil(() => sim.channels.length > 0, 1000));
      }
      assert.ok(!sim.kernel.log.lines.some(({ text }) => text.includes('without ack')));
    }),
  );
}

for (const board of uarts) {
  test(
    `${board.name}: the client-sample example says through its UART what it says without registers`,
    deadline(LIMIT, async () => {
      const declared = await loadFirmware(join(root, 'examples/client-sample'));
      const { image } = await bundleFirmware({ ...declared, board });
      const logs = [];
      for (const mailbox of ['calls', 'registers'] as const) {
        const sim = new Simulation({ board, mailbox });
        const { log } = sim.kernel;
        let done = false;
        sim.registerDriver(
          clientSample(log, () => {
            done = true;
          }),
        );
        sim.setFirmware('client-sample.elf', image.elf);
        assert.is(await sim.start(), 0);
        assert.ok(
          sim.runUntil(() => done, 5000),
          sim.crash?.reason,
        );
        assert.is(await sim.stop(), 0);
        assert.is(sim.processors[0].mailbox?.warnings.count ?? 0, 0);
        logs.push([...log.lines.map(({ text }) => text), sim.processors[0].trace()]);
      }
      assert.ok(logs[0].length > 105);
      assert.equal(logs[1], logs[0]);
    }),
  );
}

test(
  '4.3 K3: the echo of 6.12 is answered through the FIFOs, and so is a crash told',
  deadline(LIMIT, async ({ elfs }) => {
    const board = socs[3];
    const { sim, send } = await up(board, elfs.get(board)!);
    const has = (text: string) => sim.kernel.log.lines.filter((line) => line.text.endsWith(text)).length;
    assert.is(has('received echo reply from 78000000.r5f'), 1);
    send('');
    sim.runUntil(() => false, 20);
    sim.settle();
    assert.is(sim.crash?.reason, 'Error: empty');
    assert.is(has('K3 R5F rproc 78000000.r5f crashed'), 1);
  }),
);

test(
  'a core that has no mailbox driver cannot be reached; a board without a mailbox is refused (RP5050)',
  deadline(LIMIT, async () => {
    assert.throws(
      () => new Simulation({ board: known('virt-m4'), mailbox: 'registers' }),
      (error: Error) => /RP5050|has no mailbox/.test(error.message),
    );
    const { elf } = await bareImage(known('imx8mm-m4'), [trace(), rpmsgVdev({ num: 16 })], '0;');
    const sim = new Simulation({ board: known('imx8mm-m4'), mailbox: 'registers' });
    sim.setFirmware('mute.elf', elf);
    assert.is(await sim.start(), 0);
    // Nobody enabled the mailbox: imx_rproc waits 100 ms for its kick to be read and says so.
    const text = sim.kernel.log.lines.map((line) => line.text).join('\n');
    assert.match(text, /imx_rproc_kick: failed \(\d, err:-62\)/);
  }),
);

test.run();
