/** linux-remoteproc.md section 9.1: the IOMMU of a processor that has one, in a boot, an attach and what undoes them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench } from '../../support/sim-boot.js';
import { image, table, trace } from '../../support/sim-images.js';

const LIMIT = 5000;
const file = image({ table: table([]) });

/** A system that writes down when IOMMU and memories are powered. */
function recorded({ hasIommu = true, detached = false } = {}) {
  const bench = new Bench({ board: { ...virtM4, linux: { ...virtM4.linux, hasIommu } }, detached });
  const { ops } = bench.sim.rproc;
  const calls: string[] = [];
  const { prepare } = ops;
  ops.enableIommu = () => calls.push('iommu on') * 0;
  ops.disableIommu = ({ table, carveouts }) => {
    calls.push(`iommu off, ${carveouts.length} carveouts, ${table ? 'table' : 'no table'}`);
  };
  ops.prepare = (rproc) => calls.push('prepare') * 0 + prepare!(rproc);
  ops.unprepare = () => {
    calls.push('unprepare');
  };
  return { bench, ops, take: () => calls.splice(0) };
}

test(
  '9.1 step 8: the IOMMU is enabled before prepare, and goes after unprepare, before the table',
  deadline(LIMIT, async () => {
    const { bench, take } = recorded();
    assert.is((await bench.start(file)).errno, 0);
    assert.equal(take(), ['iommu on', 'prepare']);
    assert.is(await bench.sim.stop(), 0);
    assert.equal(take(), ['unprepare', 'iommu off, 0 carveouts, table']);
  }),
);

test(
  '9.1 step 8: a processor without an IOMMU is not asked; a driver need not have the calls',
  deadline(LIMIT, async () => {
    const { bench, take } = recorded({ hasIommu: false });
    assert.is((await bench.start(file)).errno, 0);
    assert.is(await bench.sim.stop(), 0);
    assert.equal(take(), ['prepare', 'unprepare']);

    const bare = recorded();
    bare.ops.enableIommu = undefined;
    bare.ops.disableIommu = undefined;
    assert.is((await bare.bench.start(file)).errno, 0);
    assert.is(await bare.bench.sim.stop(), 0);
  }),
);

test(
  '9.1 step 8: the IOMMU cannot be enabled: its errno and a line, nothing is prepared or undone; boot and attach',
  deadline(LIMIT, async () => {
    for (const detached of [false, true]) {
      const { bench, ops, take } = recorded({ detached });
      if (detached) await bench.loaderStarts(file);
      ops.enableIommu = () => -19;
      const { errno, log } = await bench.start(file);
      assert.is(errno, -19);
      const booting = ['powering up m4', `Booting fw image fw.elf, size ${file.length}`];
      const before = detached ? ['attaching to m4'] : booting;
      assert.equal(log, [...before, "can't enable iommu: -19", 'Boot failed: -19']);
      assert.equal(take(), []);
      assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], [detached ? 'detached' : 'offline', 0]);
    }
  }),
);

test(
  '9.1 step 8: whatever fails later disables the IOMMU again, last of all',
  deadline(LIMIT, async () => {
    const { bench, ops, take } = recorded();
    assert.is((await bench.start(image({ table: table([trace(0, 0, 1)]) }))).errno, -22);
    assert.equal(take(), ['iommu on', 'prepare', 'unprepare', 'iommu off, 0 carveouts, no table']);
    ops.prepare = () => -16;
    assert.is((await bench.start(file)).errno, -16);
    assert.equal(take(), ['iommu on', 'iommu off, 0 carveouts, no table']);
  }),
);

test(
  '9.1 step 8: an attached core has it until Linux leaves',
  deadline(LIMIT, async () => {
    const { bench, take } = recorded({ detached: true });
    await bench.loaderStarts(file);
    assert.is((await bench.start()).errno, 0);
    assert.equal(take(), ['iommu on', 'prepare']);
    assert.is(await bench.sim.detach(), 0);
    assert.equal(take(), ['unprepare', 'iommu off, 0 carveouts, table']);
  }),
);

test.run();
