/** linux-remoteproc.md section 9.1: the IOMMU of a processor that has one, in a boot, an attach and what undoes them. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { Simulation } from '../../../host-sim/simulation.js';
import { pa } from '../../../runtime/abi/address.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { APP_DA, appBytes } from '../../support/sim-app.js';
import { Bench } from '../../support/sim-boot.js';
import { carveout, devmem, image, table, trace } from '../../support/sim-images.js';

const LIMIT = 5000;
const withIommu = { ...virtM4, linux: { ...virtM4.linux, hasIommu: true } };
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

/** A boot with these entries on a core behind an IOMMU. */
async function behindIommu(...entries: Uint8Array[]) {
  const bench = new Bench({ board: withIommu });
  const { errno, log } = await bench.start(image({ table: table(entries) }));
  return { bench, errno, log };
}

test(
  '6.3 devmem: whole pages only, and none twice; the errno ends the boot and nothing stays mapped',
  deadline(LIMIT, async () => {
    const good = devmem({ da: 0x40000000, pa: 0x50000000, len: 0x1000 });
    for (const [entry, errno, ...lines] of [
      [
        devmem({ da: 0x40000000, pa: 0x50000010, len: 0x1000 }),
        -22,
        'iommu: unaligned: iova 0x40000000 pa 0x0000000050000010 size 0x1000 min_pagesz 0x1000',
      ],
      [devmem({ da: 0x40000000, pa: 0x60000000, len: 0x2000 }), -17],
    ] as const) {
      const { bench, ...booted } = await behindIommu(good, entry);
      assert.is(booted.errno, errno);
      assert.equal(booted.log.slice(2), [
        ...lines,
        `failed to map devmem: ${errno}`,
        `Failed to process resources: ${errno}`,
        `Boot failed: ${errno}`,
      ]);
      assert.equal(bench.sim.rproc.iommu.mappings, []);
    }
  }),
);

test(
  '7 a carveout with a fixed address is mapped to what was allocated; an error gives the memory back',
  deadline(LIMIT, async () => {
    const { bench, errno, log } = await behindIommu(carveout('far', { da: 0x70000000, len: 0x2000 }));
    assert.is(errno, 0);
    assert.not(log.some((line) => line.includes("doesn't fit")));
    const { rproc } = bench.sim;
    const { pa } = rproc.findCarveoutByName('far')!;
    assert.equal(rproc.iommu.mappings, [{ da: 0x70000000, pa, len: 0x2000 }]);
    await bench.sim.stop();
    assert.equal(rproc.iommu.mappings, []);

    const odd = await behindIommu(carveout('odd', { da: 0x70000004, len: 0x1000 }));
    assert.is(odd.errno, -12);
    assert.equal(odd.log.slice(3), [
      `${virtM4.linux.device}: iommu_map failed: -22`,
      'Unable to allocate carveout odd: -22',
      'Failed to allocate associated carveouts: -12',
      'Boot failed: -12',
    ]);
    assert.is(odd.bench.sim.rproc.dma.alloc(0x1000), pa, 'the same block is free again');
  }),
);

test(
  '6.3 firmware finds the memory where it is mapped, the very bytes that Linux sees',
  deadline(LIMIT, async () => {
    const app = appBytes(`
const { buffer, offset } = globalThis.__rproc_hal.memory(0x40000010, 4);
new Uint8Array(buffer, offset, 4).set([1, 2, 3, 4]);
`);
    const file = image({
      table: table([devmem({ da: 0x40000000, pa: 0x30040000, len: 0x1000 })]),
      segments: [{ at: APP_DA, data: app }],
    });
    const sim = new Simulation({ board: withIommu, recovery: false });
    sim.setFirmware('fw.elf', file);
    assert.is(await sim.start(), 0);
    assert.is(sim.crash?.reason, undefined);
    assert.equal([...sim.memory.bytes(pa(0x30040010), 4)], [1, 2, 3, 4]);
  }),
);

test.run();
