/** Where images lie on boards, against numbers worked out by hand from the boards' data. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { type BoardPlacement, placeOnBoard } from '../../sdk/inspect/board/index.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { carveout, type ImageOptions, image, table, trace, vdev } from '../support/sim-images.js';

function place(board: string, options: ImageOptions): BoardPlacement {
  return placeOnBoard(inspectElf(image(options), 'fw.elf'), findBoard(board)!);
}

/** For one segment: [inside, region, pa, room left, crosses, strict end]. */
function segment(board: string, at: number | bigint, memsz: number | bigint) {
  const [part] = place(board, { bits: 64, segments: [{ at, memsz }] }).parts;
  const { inside, region, pa, roomLeft, crossesEnd, refusedByStrictEnd } = part;
  return [inside, region, pa, roomLeft, crossesEnd, refusedByStrictEnd];
}

const NOWHERE = [false, null, null, null, false, false];
const part = ({ parts }: BoardPlacement, kind: string) => parts.find((one) => one.kind === kind)!;
const region = ({ regions }: BoardPlacement, name: string) => regions.find((one) => one.name === name)!;

test('virt-m4: segments', () => {
  const on = (at: number, size: number) => segment('virt-m4', at, size);
  assert.equal(on(0x10000000, 0x100), [true, 'sram', '0x30000000', 0x5ff00, false, false]);
  assert.equal(on(0x1005ff00, 0x100), [true, 'sram', '0x3005ff00', 0, false, false], 'up to the very end');
  assert.equal(on(0x1005ff00, 0x101), [false, 'sram', '0x3005ff00', -1, true, false]);
  assert.equal(on(0x10060000, 0x4000), [true, 'vdev0vring0', '0x30060000', 0, false, false]);
  assert.equal(on(0x10068000, 0x10), NOWHERE, 'the buffers are a pool that Linux does not load into');
  assert.equal(on(0x10100000, 0x10), NOWHERE);
  assert.equal(on(0x30000000, 0x10), NOWHERE, 'a physical address is not translated');
});

test('stm32mp157-dk-m4: segments', () => {
  const on = (at: number, size: number) => segment('stm32mp157-dk-m4', at, size);
  assert.equal(on(0, 0x298), [true, 'retram', '0x38000000', 0xfd68, false, false]);
  assert.equal(on(0x1003fffc, 8), [false, 'mcuram2', '0x1003fffc', -4, true, false], 'into the next region');
  assert.equal(on(0x30000000, 4), [true, 'mcuram', '0x30000000', 0x3fffc, false, false]);
  assert.equal(on(0xc0000000, 4), NOWHERE, 'DDR');
});

test('imx8mm-m4: rows, windows and strict ends', () => {
  const on = (at: number, size: number) => segment('imx8mm-m4', at, size);
  assert.equal(on(0, 0x400), [true, 'tcml', '0x007e0000', 0x1fc00, false, false], 'by the reset alias');
  assert.equal(on(0x1fff0000, 0x8000), [true, 'tcml', '0x007f0000', 0x8000, false, false]);
  assert.equal(
    on(0x1ffff000, 0x2000),
    [true, 'tcml', '0x007ff000', -0x1000, true, false],
    'one row, two regions',
  );
  assert.equal(on(0x2001ff00, 0xff), [true, 'tcmu', '0x0081ff00', 1, false, false]);
  assert.equal(
    on(0x2001ff00, 0x100),
    [false, 'tcmu', '0x0081ff00', 0, false, true],
    'refused by the strict end',
  );
  assert.equal(on(0x2001ff00, 0x101), [false, 'tcmu', '0x0081ff00', -1, true, false]);
  assert.equal(on(0x20200000, 0x10), [true, 'att8', '0x00900000', 0x1fff0, false, false], 'on-chip RAM');
  assert.equal(on(0x80000000, 0x10), [true, 'm4', '0x80000000', 0xfffff0, false, false], 'DDR of the core');
  assert.equal(on(0x90000000, 0x10), NOWHERE, 'in a row, but not mapped');
});

test('am64x-r5f: both views of the TCMs, and no end that is strict', () => {
  const on = (at: number, size: number) => segment('am64x-r5f', at, size);
  assert.equal(on(0, 0x8000), [true, 'atcm', '0x78000000', 0, false, false]);
  assert.equal(on(0x78000000, 0x40), [true, 'atcm', '0x78000000', 0x7fc0, false, false]);
  assert.equal(on(0x41010000, 0x8001), [false, 'btcm', '0x78100000', -1, true, false]);
  assert.equal(on(0xa0fffff0, 0x10), [true, 'firmware', '0xa0fffff0', 0, false, false]);
  assert.equal(on(0xa0000000, 0x10), NOWHERE, 'the pool is not loaded into');
});

test('addresses and sizes of 64 bits', () => {
  assert.equal(segment('virt-m4', 0xffffffff_fffffff0n, 0x20n), NOWHERE);
  const huge = segment('virt-m4', 0x10000000n, 2n ** 63n);
  assert.equal(huge.slice(0, 2), [false, 'sram']);
  assert.is(huge[4], true);
});

test('virt-m4: table, trace and what Linux reserves for two rings of 256', () => {
  const placed = place('virt-m4', {
    tableAt: 0x10000000,
    table: table([trace(0x10001000, 0x1000), vdev([{ num: 256 }, { num: 256 }])]),
  });
  const { pa, size, roomLeft } = part(placed, 'table');
  // 16 of header, two offsets, a trace of 48, a vdev of 68.
  assert.equal([pa, size, roomLeft], ['0x30000000', 140, 0x60000 - 140]);
  assert.equal([part(placed, 'trace').pa, part(placed, 'trace').inside], ['0x30001000', true]);
  const [{ vrings, buffers, id, problem }] = placed.vdevs;
  assert.equal([id, problem], [7, null]);
  // 4096 of descriptors, 518 of avail, up to a multiple of 16, 2054 of used.
  assert.equal(
    vrings.map(({ name, size, pageSize, source, region, regionSize, da, pa, fits }) => [
      ...[name, size, pageSize, source, region, regionSize, da, pa, fits],
    ]),
    [
      ['vdev0vring0', 6678, 8192, 'region', 'vdev0vring0', 0x4000, '0x10060000', '0x30060000', true],
      ['vdev0vring1', 6678, 8192, 'region', 'vdev0vring1', 0x4000, '0x10064000', '0x30064000', true],
    ],
  );
  assert.equal([buffers?.size, buffers?.region, buffers?.fits], [0x40000, 'vdev0buffer', true]);
  assert.equal(placed.reserve, {
    ...{ ringBytes: 13356, ringPageBytes: 16384, bufferBytes: 262144, carveoutBytes: 0, total: 278528 },
    pools: [{ region: 'pool', size: 0x80000, needed: 0, fits: true }],
  });
  // The segment is the table; the trace buffer counts as well.
  assert.equal([region(placed, 'sram').used, region(placed, 'sram').free], [140 + 4096, 0x60000 - 4236]);
  assert.equal([region(placed, 'vdev0vring0').used, region(placed, 'vdev0buffer').free], [8192, 0]);
});

test('stm32mp157-dk-m4: an alignment of 4096 loses the ring, 2048 does not', () => {
  const rings = (align: number) =>
    place('stm32mp157-dk-m4', {
      table: table([
        vdev([
          { num: 16, align },
          { num: 16, align },
        ]),
        vdev(),
      ]),
    });
  const lost = rings(4096).vdevs[0].vrings[0];
  assert.equal([lost.size, lost.pageSize, lost.fits], [4096 + 134, 8192, false]);
  assert.is(lost.problem, "Registered carveout doesn't fit len request");
  const good = rings(2048);
  assert.equal([good.vdevs[0].vrings[0].size, good.vdevs[0].vrings[0].fits], [2048 + 134, true]);
  assert.is(good.vdevs[0].buffers?.size, 32 * 512);
  assert.is(good.vdevs[0].problem, null);
  assert.is(good.vdevs[1].problem, 'stm32_rproc has no doorbell for more than 1 vdev');
  assert.equal(good.reserve.pools, []);
});

test('imx8mm-m4: the table in effect is in its own region, buffers are from the pool', () => {
  const ring = { num: 256, align: 4096 };
  const placed = place('imx8mm-m4', { tableAt: 0x20000000, table: table([vdev([ring, ring])]) });
  assert.is(part(placed, 'table').pa, '0x00800000');
  const kept = part(placed, 'table in effect');
  assert.equal([kept.da, kept.region, kept.roomLeft], ['0xb80ff000', 'rsc-table', 0x1000 - 88]);
  const [{ vrings, buffers }] = placed.vdevs;
  assert.equal([vrings[1].size, vrings[1].pageSize, vrings[1].region], [10246, 12288, 'vdev0vring1']);
  assert.equal([buffers?.source, buffers?.region, buffers?.da], ['pool', 'vdevbuffer', '0xb8400000']);
  assert.equal(placed.reserve.pools, [{ region: 'vdevbuffer', size: 0x100000, needed: 0x40000, fits: true }]);
});

test('am64x-r5f: everything is from the pool, in powers of two of pages', () => {
  const ring = { num: 256, align: 4096 };
  const more = carveout('shared', { len: 0x1001 });
  const placed = place('am64x-r5f', { tableAt: 0xa0100000, table: table([more, vdev([ring, ring])]) });
  const { carveouts, vdevs, reserve } = placed;
  const all = [...carveouts, ...vdevs[0].vrings, vdevs[0].buffers!];
  assert.equal(
    all.map(({ name, da, pageSize }) => [name, da, pageSize]),
    [
      ['shared', '0xa0000000', 0x2000],
      ['vdev0vring0', '0xa0004000', 0x3000],
      ['vdev0vring1', '0xa0008000', 0x3000],
      ['vdev0buffer', '0xa0040000', 0x40000],
    ],
  );
  assert.equal(reserve.pools[0], { region: 'dma-pool', size: 0x100000, needed: 0x4a000, fits: true });
  const large = place('am64x-r5f', { table: table([carveout('a', { len: 0x80001 }), carveout('b')]) });
  assert.equal(
    large.carveouts.map(({ fits }) => fits),
    [true, false],
    'the first one takes all of 1 MiB',
  );
  assert.is(large.reserve.pools[0].fits, false);
});

test('fixed addresses', () => {
  const fixed = [
    { da: 0x10061000, num: 64 },
    { da: 0x10064000, num: 64 },
  ];
  const placed = place('virt-m4', { table: table([carveout('there', { da: 0x10000000 }), vdev(fixed)]) });
  const [inside, exact] = placed.vdevs[0].vrings;
  assert.equal(
    [inside.requested, inside.da, inside.fits],
    ['0x10061000', '0x10060000', true],
    'the start counts',
  );
  assert.equal([exact.requested, exact.da], ['0x10064000', '0x10064000']);
  const wishes = placed.parts.filter(({ kind }) => kind === 'vring' || kind === 'carveout');
  assert.equal(
    wishes.map(({ name, region, pa, inside }) => [name, region, pa, inside]),
    [
      ['there', 'sram', '0x30000000', true],
      ['vdev0vring0', 'vdev0vring0', '0x30061000', true],
      ['vdev0vring1', 'vdev0vring1', '0x30064000', true],
    ],
  );
  assert.is(placed.carveouts[0].problem, "Allocated carveout doesn't fit device address request");
  const before = place('virt-m4', { table: table([vdev([{ da: 0x10000000 }, {}])]) });
  assert.is(before.vdevs[0].vrings[0].problem, "Registered carveout doesn't fit da request");
});

test('names: a carveout entry holds a ring, the same name twice does not boot', () => {
  const entries = [carveout('vdev0vring0', { len: 0x2000 }), carveout('x'), carveout('x'), vdev()];
  const { vdevs, carveouts } = place('am64x-r5f', { table: table(entries) });
  assert.equal([vdevs[0].vrings[0].source, vdevs[0].vrings[0].da], ['entry', carveouts[0].da]);
  assert.is(vdevs[0].vrings[1].source, 'pool');
  assert.is(carveouts[2].problem, 'Carveout already associated to resource table');
});

test('boards without a region for rings say so', () => {
  const [{ vrings }] = place('zynqmp-r5', { table: table([vdev()]) }).vdevs;
  assert.equal([vrings[0].source, vrings[0].fits, vrings[0].da], ['none', false, null]);
});

test.run();
