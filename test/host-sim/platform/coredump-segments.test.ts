/** linux-remoteproc.md sections 7 and 12: which segments each driver registers, and when they go. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Board, RegionUse } from '../../../boards/board.js';
import { defineBoard } from '../../../boards/define-board.js';
import { boards } from '../../../boards/index.js';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
import { stm32mp157DkM4 } from '../../../boards/st/stm32mp157-dk-m4.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { rprocCoredump } from '../../../host-sim/remoteproc/coredump.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { dumpBench, dumpOf } from '../../support/coredump-bench.js';
import { Bench, bootTable } from '../../support/sim-boot.js';
import { carveout, image, table, trace } from '../../support/sim-images.js';

const test = suite('dump segments');
const LIMIT = 10000;

function segmentsOf({ sim }: Bench): string[] {
  return sim.rproc.dumpSegments.map(({ da, size }) => `${da.toString(16)} ${size.toString(16)}`);
}

test(
  'linux-remoteproc 12: stm32 dumps every mapped region, and traces that no segment begins with',
  deadline(LIMIT, async () => {
    const traces = [
      trace(0x10001000, 64),
      trace(0x30000000, 32),
      trace(0x10001000, 128),
      trace(0x60000000, 4),
    ];
    const { bench, errno, file } = await bootTable(traces, { board: stm32mp157DkM4 });
    assert.is(errno, 0);
    const regions = ['10000000 40000', '10040000 1000', '10041000 1000', '30000000 40000', '0 10000'];
    const all = [...regions, '10001000 40', '60000000 4'];
    assert.equal(segmentsOf(bench), all, 'the buffers are not mapped');
    const { elfClass, elfMachine } = bench.sim.rproc;
    assert.equal([elfClass, elfMachine], [1, 0]);

    // Recovery starts the core again without another prepare: start() must not add its traces twice.
    const { rproc } = bench.sim;
    await rproc.ops.start(rproc, { bootAddr: 0n, image: file });
    assert.equal(segmentsOf(bench), all);
    assert.equal(bench.core.calls, ['start', 'start']);
  }),
);

test(
  'linux-remoteproc 12: xlnx_r5 dumps banks, then regions; the one of the buffers is not mapped and reads 0xff',
  deadline(LIMIT, async () => {
    const board = defineBoard({
      extends: zynqmpR5,
      name: 'zynqmp-rings',
      memory: [{ name: 'vdev0buffer', da: 0x3ed48000, len: 0x1000, use: 'named', origin: 'test' }],
    });
    const bench = await dumpBench({ board, tableAt: 0x3ed00000 });
    assert.equal(segmentsOf(bench), ['0 10000', '20000 10000', '3ed00000 40000', '3ed48000 1000']);
    const { elfClass, elfMachine } = bench.sim.rproc;
    assert.equal([elfClass, elfMachine], [1, 40]);
    await rprocCoredump(bench.sim.rproc);
    assert.equal(bench.lines(), [
      'invalid copy request for segment 0x000000003ed48000 with offset 0 and size 4096)',
    ]);
    assert.ok(
      dumpOf(bench)
        .subarray(-0x1000)
        .every((byte) => byte === 0xff),
    );
    assert.is(dumpOf(bench)[52 + 4 * 32 + 0x20000], 1, 'the table');
  }),
);

test(
  'linux-remoteproc 12: imx_rproc registers segments but sets no class, so there is no dump',
  deadline(LIMIT, async () => {
    for (const kernel of kernelVersions) {
      const bench = await dumpBench({ board: imx8mmM4, tableAt: 0x20000000, kernel });
      assert.equal(segmentsOf(bench), [
        ...['80000000 1000000', 'b8000000 8000', 'b8008000 8000', 'b8400000 100000'],
      ]);
      await rprocCoredump(bench.sim.rproc);
      assert.equal(bench.lines(), [`${kernel === '6.1' ? 'Elf' : 'ELF'} class is not set`]);
      assert.equal(bench.sim.devcoredump.devices, []);
    }
  }),
);

function imageRegions(board: Board): string[] {
  return board.memory
    .filter(({ use }) => use === RegionUse.image)
    .map(({ da, len }) => `${da.toString(16)} ${len.toString(16)}`);
}

for (const board of boards) {
  const { driver } = board.linux;
  if (driver === 'generic') {
    test(
      `${board.name}: the generic driver dumps the image's regions with the CPU's class and machine`,
      deadline(LIMIT, async () => {
        const { bench } = await bootTable([trace(board.memory[0].da, 16)], { board });
        assert.equal(segmentsOf(bench), imageRegions(board));
        const wanted = { 'cortex-a53': [2, 183], rv32imac: [1, 243], rv64: [2, 243] }[board.cpu as string];
        const { elfClass, elfMachine } = bench.sim.rproc;
        assert.equal([elfClass, elfMachine], wanted ?? [1, 40]);
      }),
    );
  } else if (driver === 'ivshmem' || driver.startsWith('ti_k3')) {
    test(
      `${board.name}: ${driver} registers none and sets no class`,
      deadline(LIMIT, async () => {
        const { bench, errno } = await bootTable([], { board });
        assert.is(errno, 0);
        assert.equal(segmentsOf(bench), []);
        assert.is(bench.sim.rproc.elfClass, 0);
        bench.sim.rproc.dumpConf = 'enabled';
        await rprocCoredump(bench.sim.rproc);
        assert.equal(bench.sim.devcoredump.devices, []);
      }),
    );
  }
}

test(
  'linux-remoteproc 7: resource cleanup ends with the segments, at a stop and when a boot fails',
  deadline(LIMIT, async () => {
    for (const board of [stm32mp157DkM4, zynqmpR5]) {
      const bench = new Bench({ board });
      const tableAt = board === zynqmpR5 ? 0x3ed00000 : 0x10000000;
      const good = image({ table: table([]), tableAt });
      assert.is((await bench.start(good)).errno, 0);
      const segments = segmentsOf(bench);
      assert.ok(segments.length > 2);
      assert.is(await bench.sim.stop(), 0);
      assert.equal(segmentsOf(bench), []);
      const bad = image({ table: table([carveout('big', { reserved: 1 })]), tableAt });
      assert.is((await bench.start(bad)).errno, -22);
      assert.equal(segmentsOf(bench), []);
      assert.is((await bench.start(good)).errno, 0);
      assert.equal(segmentsOf(bench), segments, 'registered anew, once');
      assert.is(bench.sim.rproc.elfClass, 1, 'the class is of the probe and stays');
    }
  }),
);

test.run();
