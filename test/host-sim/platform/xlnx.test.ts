/** xlnx_r5: every bank and region a carveout of its own, a table is optional (soc-memory-maps.md 5). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { defineBoard } from '../../../boards/define-board.js';
import { versalR5 } from '../../../boards/xilinx/versal-r5.js';
import { zynqmpR5 } from '../../../boards/xilinx/zynqmp-r5.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { vdevState } from '../../support/sim-boot.js';
import { bootSegment, bootsWithVdev, carveoutsOf, segmentRefused, tableIsOptional } from './soc-bench.js';

const test = suite('xlnx_r5');
const NO_TABLE = 'no resource table found.';
const UP = 'remote processor ffe00000.r5f is now up';

/** A board as a user would define it, with regions of their own. */
const withRings = defineBoard({
  extends: zynqmpR5,
  name: 'zynqmp-rings',
  memory: [
    { name: 'vdev0vring0', da: 0x3ed40000, len: 0x4000, use: 'named', origin: 'test' },
    { name: 'vdev0vring1', da: 0x3ed44000, len: 0x4000, use: 'named', origin: 'test' },
    { name: 'vdev0buffer', da: 0x3ed48000, len: 0x100000, use: 'named', origin: 'test' },
  ],
});

test(
  'an SDK image boots, banks first, then the regions',
  deadline(20000, async () => {
    const bench = await bootsWithVdev(withRings, 'ffe00000.r5f', 'vdev0buffer@3ed48000');
    assert.equal(carveoutsOf(bench), [
      'atcm0 0 ffe00000 10000',
      'btcm0 20000 ffe20000 10000',
      'firmware 3ed00000 3ed00000 40000',
      'vdev0vring0 3ed40000 3ed40000 4000',
      'vdev0vring1 3ed44000 3ed44000 4000',
      'vdev0buffer 3ed48000 3ed48000 100000',
    ]);
    assert.is(vdevState(bench.at(0x3ed00000, 200), 1).vrings[0].da, 0x3ed40000);
    assert.is(bench.sim.rproc.autoBoot, false);
    assert.is(bench.sim.rproc.recoveryDisabled, true);
  }),
);

test(
  'a segment must fit one bank, to its end',
  deadline(5000, async () => {
    for (const at of [0x0, 0x20000]) {
      const { bench, log } = await bootSegment(zynqmpR5, at, 0x10000);
      assert.equal(log.slice(2), [NO_TABLE, UP]);
      assert.is(bench.atPa(0xffe0ffff + at, 1)[0], 0x5a);
      const { errno, log: refusal } = await bootSegment(zynqmpR5, at + 0x8000, 0x8001);
      assert.is(errno, -22);
      assert.equal(refusal.slice(2), segmentRefused(at + 0x8000, 0x8001, NO_TABLE));
    }
    for (const at of [0x10000, 0xffe00000, 0x3ed40000]) {
      assert.is((await bootSegment(zynqmpR5, at, 4)).errno, -22, at.toString(16));
    }
    assert.is((await bootSegment(versalR5, 0, 4)).errno, -22, 'no TCM is known on Versal');
    assert.is((await bootSegment(withRings, 0x3ed48000, 4)).errno, -22, 'the pool is not mapped');
  }),
);

test(
  'TCM is cleared before every start',
  deadline(5000, async () => {
    const { bench } = await bootSegment(zynqmpR5, 0x20100, 16);
    await bench.sim.stop();
    const other = await bootSegment(zynqmpR5, 0x3ed00000, 16);
    bench.sim.setFirmware('other.elf', other.bench.core.started!.image);
    assert.is(await bench.sim.start(), 0);
    assert.is(bench.at(0x20100, 1)[0], 0);
  }),
);

test(
  '4.1 no table is worth a line of information, unless the board says that one is required',
  deadline(5000, () => tableIsOptional(zynqmpR5, 0, NO_TABLE, 'info')),
);

test.run();
