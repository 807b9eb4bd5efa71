/** What each SoC tells Linux of a core that stopped, and which vrings its doorbell stands for (soc-memory-maps.md 2.1, 3.3, 4, 5). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
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
const test = suite('crash sources');

async function up(board: Board, kernel: KernelVersion = '6.12'): Promise<Bench> {
  const bench = new Bench({ board, kernel });
  const tableAt = board.memory.find(({ use }) => use === 'image')!.da;
  assert.is((await bench.start(image({ table: table([]), tableAt }))).errno, 0);
  return bench;
}

/** The kernel's lines about a crash of that type, and the state that follows. */
async function crash(board: Board, type: CrashType, kernel?: KernelVersion) {
  const bench = await up(board, kernel);
  bench.core.parts.events.crashed({ type, reason: 'why', stack: ['at x'] });
  bench.sim.settle();
  assert.is(bench.sim.crash?.type, type, 'the simulation knows what happened');
  assert.is(bench.sim.crash?.reason, 'why');
  const { now } = bench.sim.scheduler;
  assert.is(
    bench.sim.runUntil(() => false, 1000),
    false,
  );
  assert.is(bench.sim.scheduler.now, now, 'nobody waits for a core that is down');
  return [bench.sim.rproc.state, ...bench.lines()];
}

test(
  '2.1 STM32: the watchdog interrupt, whatever happened',
  deadline(LIMIT, async () => {
    const lines = ['crashed', 'crash detected in m4: type watchdog', 'handling crash #1 in m4'];
    for (const type of Object.values(CrashType)) {
      assert.equal(await crash(stm32mp157DkM4, type), lines);
    }
  }),
);

test(
  'virtual boards: what it was',
  deadline(LIMIT, async () => {
    for (const board of [virtM4, virtIvshmem]) {
      const { processor } = board.linux;
      for (const [type, name] of [
        [CrashType.mmufault, 'mmufault'],
        [CrashType.watchdog, 'watchdog'],
        [CrashType.fatal, 'fatal error'],
      ] as const) {
        const lines = [`crash detected in ${processor}: type ${name}`, `handling crash #1 in ${processor}`];
        assert.equal(await crash(board, type), ['crashed', ...lines]);
      }
    }
  }),
);

test(
  '4 K3: a crash message is logged and nothing else; a core that hangs sends none',
  deadline(LIMIT, async () => {
    for (const [board, kernel, line] of [
      [am64xR5f, '6.1', 'platform 78000000.r5f: K3 R5F rproc 78000000.r5f crashed'],
      [am64xR5f, '6.12', 'platform 78000000.r5f: K3 R5F rproc 78000000.r5f crashed'],
      [am64xR5f, '7.2', 'platform 78000000.r5f: K3 rproc 78000000.r5f crashed'],
      [am62xM4f, '6.12', 'k3-m4-rproc 5000000.m4fss: K3 rproc 5000000.m4fss crashed'],
    ] as const) {
      assert.equal(await crash(board, CrashType.fatal, kernel), ['running', line]);
      assert.equal(await crash(board, CrashType.watchdog, kernel), ['running']);
    }
  }),
);

test(
  '3.3, 5 i.MX and ZynqMP: Linux hears nothing and goes on; the core can be stopped and started again',
  deadline(LIMIT, async () => {
    for (const board of [imx8mmM4, zynqmpR5]) {
      for (const type of Object.values(CrashType)) assert.equal(await crash(board, type), ['running']);
      const bench = await up(board);
      bench.core.parts.events.crashed({ type: CrashType.fatal, reason: 'why', stack: [] });
      assert.is(await bench.sim.stop(), 0);
      assert.is((await bench.start()).errno, 0);
      assert.equal([bench.sim.crash, bench.sim.processors[0].crashedUnheard], [undefined, false]);
    }
  }),
);

/** Which of four vrings Linux looks at when the core rings for `notifyid`. */
async function looked(board: Board, notifyid: number, state?: 'attached' | 'offline'): Promise<number[]> {
  const bench = await up(board);
  const { rproc } = bench.sim;
  const seen: number[] = [];
  for (const id of [1, 0, 3, 2]) rproc.vrings.set(id, () => seen.push(id));
  if (state) rproc.state = state;
  bench.core.parts.events.kicked(notifyid);
  assert.equal(seen, [], 'not within the interrupt');
  bench.sim.settle();
  assert.is(bench.sim.kicks.toHost, 1);
  return seen;
}

test(
  '3.3, 5 the payload is ignored on i.MX and ZynqMP: all vrings are looked at, in the order of their ids',
  deadline(LIMIT, async () => {
    for (const board of [imx8mmM4, zynqmpR5]) assert.equal(await looked(board, 7), [0, 1, 2, 3]);
  }),
);

test(
  '2.1, 4.3 elsewhere only the one that is named; STM32 has channels for two, and looks while the core is up',
  deadline(LIMIT, async () => {
    for (const board of [virtM4, virtIvshmem, am64xR5f, am62xM4f]) {
      assert.equal(await looked(board, 3), [3]);
      assert.equal(await looked(board, 9), []);
    }
    assert.equal(await looked(stm32mp157DkM4, 1), [1]);
    assert.equal(await looked(stm32mp157DkM4, 2), []);
    assert.equal(await looked(stm32mp157DkM4, 1, 'attached'), [1]);
    assert.equal(await looked(stm32mp157DkM4, 1, 'offline'), []);
  }),
);

test('2 to 5 recovery and auto-boot by default', () => {
  const found = Object.fromEntries(
    boards.map(({ name, linux }) => [name, `${linux.autoBoot ? 'boots' : 'waits'}, ${linux.recovery}`]),
  );
  const virtual = 'waits, true';
  assert.equal(found, {
    'virt-m4': virtual,
    'virt-rv32': virtual,
    'virt-a53': virtual,
    'virt-rv64': virtual,
    'virt-ivshmem': virtual,
    'qemu-mps2-an386': virtual,
    'qemu-mps2-an500': virtual,
    'qemu-r5f': virtual,
    'qemu-rv32': virtual,
    'qemu-ivshmem-m4': virtual,
    // Only with `st,auto-boot` and `fsl,auto-boot` in the device tree.
    'stm32mp157-dk-m4': 'waits, true',
    'stm32mp157-m4-448k': 'waits, true',
    'imx7d-m4': 'waits, true',
    'imx8mq-m4': 'waits, true',
    'imx8mm-m4': 'waits, true',
    'imx8mn-m7': 'waits, true',
    'imx8mp-m7': 'waits, true',
    'imx93-m33': 'waits, true',
    'imx95-m7': 'waits, true',
    // The core's default; `recovery_disabled` is set by the drivers.
    'am62x-m4f': 'boots, false',
    'am64x-m4f': 'boots, false',
    'am64x-r5f': 'boots, false',
    'j721e-r5f': 'boots, false',
    // `auto_boot` is cleared by the driver.
    'zynqmp-r5': 'waits, false',
    'zynqmp-r5-rpmsg': 'waits, false',
    'versal-r5': 'waits, false',
  });
});

test.run();
