/** What Linux asks of a core before it lets go of it, per driver and kernel (soc-memory-maps.md 2.1, 4.3, 5; ivshmem-board.md). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
import { imx93M33 } from '../../../boards/nxp/imx93-m33.js';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { am62xM4f } from '../../../boards/ti/am62x-m4f.js';
import { am64xR5f } from '../../../boards/ti/am64x-r5f.js';
import { virtIvshmem } from '../../../boards/virt-ivshmem.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import { CrashType } from '../../../host-sim/cores/core.js';
import type { KernelVersion } from '../../../host-sim/kernel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench } from '../../support/sim-boot.js';
import { image, table } from '../../support/sim-images.js';

const LIMIT = 5000;
const NO_ACK = 'warning: remote FW shutdown without ack';
const NO_DETACH_ACK = 'warning: remote FW detach without ack';
const test = suite('handshakes');

/** A board that is up with an empty table, its core answering after `ms`; without `ms` it cannot be asked. */
async function up(board: Board, ms?: number, { granted = true, kernel = '6.12' as KernelVersion } = {}) {
  const bench = new Bench({ board, kernel });
  if (ms !== undefined) bench.core.answerAfter(ms, granted);
  const tableAt = board.memory.find(({ use }) => use === 'image')!.da;
  assert.is((await bench.start(image({ table: table([]), tableAt }))).errno, 0);
  return bench;
}

/** What a stop did: calls of the core, the log, and the virtual ms it took. */
async function stop(bench: Bench) {
  bench.core.calls.length = 0;
  bench.lines();
  const before = bench.sim.scheduler.now;
  assert.is(await bench.sim.stop(), 0);
  return { calls: [...bench.core.calls], log: bench.lines(), took: bench.sim.scheduler.now - before };
}

for (const board of [stm32mp157DkM4, virtM4]) {
  test(
    `2.1 ${board.name}: a stop waits for the answer, and 500 ms at most`,
    deadline(LIMIT, async () => {
      const stopped = `stopped remote processor ${board.linux.processor}`;
      const quick = await stop(await up(board, 30));
      assert.equal(quick, { calls: ['ask shutdown', 'stop'], log: [stopped], took: 30 });
      const last = await stop(await up(board, 499));
      assert.equal([last.log, last.took], [[stopped], 499]);
      const late = await stop(await up(board, 501));
      assert.equal([late.log, late.took, late.calls[1]], [[NO_ACK, stopped], 500, 'stop']);
      const never = await stop(await up(board, Infinity));
      assert.equal([never.log, never.took], [[NO_ACK, stopped], 500]);
      const refused = await stop(await up(board, 5, { granted: false }));
      assert.equal([refused.log, refused.took], [[NO_ACK, stopped], 500]);
      const mute = await stop(await up(board));
      assert.equal(mute, { calls: ['stop'], log: [stopped], took: 0 });
    }),
  );

  test(
    `2.1 ${board.name}: a detach waits 200 ms at most and the core goes on`,
    deadline(LIMIT, async () => {
      for (const [ms, log, took] of [
        [10, [], 10],
        [199, [], 199],
        [201, [NO_DETACH_ACK], 200],
      ] as const) {
        const bench = await up(board, ms);
        bench.core.calls.length = 0;
        const before = bench.sim.scheduler.now;
        assert.is(await detach(bench), 0);
        assert.equal([bench.lines(), bench.sim.scheduler.now - before], [log, took]);
        assert.equal(bench.core.calls, ['ask detach']);
      }
    }),
  );

  test(
    `2.1 ${board.name}: a crashed core is not asked`,
    deadline(LIMIT, async () => {
      const bench = await up(board, Infinity);
      bench.core.parts.events.crashed({ type: CrashType.fatal, reason: 'x', stack: [] });
      bench.sim.settle();
      assert.is(bench.sim.rproc.state, 'crashed');
      const { calls, took } = await stop(bench);
      assert.equal([calls, took], [['stop'], 0]);
    }),
  );
}

test(
  'virt-ivshmem: host_state 2 and 200 ms, without a word about it; a detach waits for nobody',
  deadline(LIMIT, async () => {
    const log = ['stopped remote processor ivshmem'];
    const quick = await stop(await up(virtIvshmem, 7));
    assert.equal(quick, { calls: ['ask shutdown', 'stop'], log, took: 7 });
    const never = await stop(await up(virtIvshmem, Infinity));
    assert.equal(never, { calls: ['ask shutdown', 'stop'], log, took: 200 });
    const bench = await up(virtIvshmem, Infinity);
    bench.core.calls.length = 0;
    const { now } = bench.sim.scheduler;
    assert.is(await detach(bench), 0);
    assert.equal([bench.core.calls, bench.sim.scheduler.now - now], [['ask detach'], 0]);
  }),
);

/** `ops->detach` of a driver. */
function detach({ sim }: Bench): Promise<number> {
  return sim.scheduler.finish(sim.rproc.ops.detach!(sim.rproc));
}

for (const [section, board] of [
  ['3.3', imx8mmM4],
  ['3.3', imx93M33],
  ['4.3', am64xR5f],
  ['4.3', am62xM4f],
  ['5', zynqmpR5],
] as const) {
  test(
    `${section} ${board.name}: the driver asks nothing before it stops the core`,
    deadline(LIMIT, async () => {
      const { calls, took } = await stop(await up(board, Infinity, { kernel: '7.2' }));
      assert.equal([calls, took], [['stop'], 0]);
    }),
  );
}

test(
  '3.3 i.MX: these cores cannot be let go (imx_rproc_detach, EOPNOTSUPP)',
  deadline(LIMIT, async () => {
    for (const board of [imx8mmM4, imx93M33]) {
      const bench = await up(board, 0);
      assert.is(await detach(bench), -95);
    }
  }),
);

test(
  '5 zynqmp-r5: a detach kicks notifyid 0 once; 4.2 K3: a detach does nothing',
  deadline(LIMIT, async () => {
    for (const [board, wanted] of [
      [zynqmpR5, ['kick 0']],
      [am64xR5f, []],
      [am62xM4f, []],
    ] as const) {
      const bench = await up(board, 0, { kernel: '7.2' });
      bench.core.calls.length = 0;
      assert.is(await detach(bench), 0);
      assert.equal(bench.core.calls, wanted, board.name);
    }
  }),
);

/** Starts and stops twice; how often the core was asked for an echo each time. */
async function echoes(board: Board, kernel: KernelVersion) {
  const bench = await up(board, 1, { kernel });
  const count = () => bench.core.calls.splice(0).filter((call) => call === 'ask echo').length;
  const first = count();
  await bench.sim.stop();
  await bench.start();
  return [first, count()];
}

test(
  '4.3 K3: who is asked for an echo, and when: R5F once in 6.12, M4F at each start, nobody in 7.2',
  deadline(LIMIT, async () => {
    assert.equal(await echoes(am64xR5f, '6.1'), [1, 1]);
    assert.equal(await echoes(am64xR5f, '6.12'), [1, 0]);
    assert.equal(await echoes(am62xM4f, '6.12'), [1, 1]);
    assert.equal(await echoes(am64xR5f, '7.2'), [0, 0]);
    assert.equal(await echoes(am62xM4f, '7.2'), [0, 0]);
    for (const board of boards.filter(({ linux }) => !linux.driver.startsWith('ti_k3'))) {
      assert.equal(await echoes(board, '6.12'), [0, 0], board.name);
    }
  }),
);

test(
  '4.3 K3: the echo waits until the core runs; the answer is logged by the parent device',
  deadline(LIMIT, async () => {
    const bench = new Bench({ board: am64xR5f });
    bench.core.answerAfter(3);
    const tableAt = am64xR5f.memory[0].da;
    await bench.start(image({ table: table([]), tableAt }));
    assert.equal(bench.core.calls, ['start', 'ask echo']);
    bench.sim.runUntil(() => false, 2);
    assert.equal(bench.lines(), []);
    bench.sim.runUntil(() => false, 2);
    assert.equal(bench.lines(), ['platform 78000000.r5f: received echo reply from 78000000.r5f']);
    // Found running: the M4F's driver asks when it attaches.
    const m4 = new Bench({ board: am62xM4f });
    m4.core.answerAfter(0);
    assert.is(await m4.sim.rproc.ops.attach!(m4.sim.rproc), 0);
    m4.sim.settle();
    assert.equal(m4.lines(), ['k3-m4-rproc 5000000.m4fss: received echo reply from 5000000.m4fss']);
  }),
);

test.run();
