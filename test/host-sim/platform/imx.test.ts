/** imx_rproc: address table, strict ends, the table region (soc-memory-maps.md 3.1, 3.2; linux-remoteproc.md 4.1, 4.2). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { imx8mmM4 } from '../../../boards/nxp/imx8mm-m4.js';
import { imx8mqM4 } from '../../../boards/nxp/imx8mq-m4.js';
import { imx93M33 } from '../../../boards/nxp/imx93-m33.js';
import { imx95M7 } from '../../../boards/nxp/imx95-m7.js';
import { readElf } from '../../../sdk/elf/read.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { vdevState } from '../../support/sim-boot.js';
import { table, vdev } from '../../support/sim-images.js';
import {
  bootFile,
  bootSegment,
  bootsWithVdev,
  carveoutsOf,
  isUp,
  levelOf,
  SMALL_VDEV,
  sdkImage,
  segmentRefused,
  tableIsOptional,
} from './soc-bench.js';

const test = suite('imx_rproc');
const NO_TABLE = 'No resource table in elf';
const device = 'imx-rproc core-m4: ';
const lenient: Board = { ...imx8mmM4, linux: { ...imx8mmM4.linux, strictEnds: false } };

function translationFailed(prefix: string, at: number, len: number): string {
  return `${prefix}Translation failed: da = 0x${at.toString(16)} len = 0x${len.toString(16)}`;
}

test(
  'an SDK image boots on the 8M Mini, rings at da = pa',
  deadline(20000, async () => {
    const bench = await bootsWithVdev(imx8mmM4, 'imx-rproc');
    assert.equal(carveoutsOf(bench), [
      'm4 80000000 80000000 1000000',
      'vdev0vring0 b8000000 b8000000 8000',
      'vdev0vring1 b8008000 b8008000 8000',
      'vdevbuffer b8400000 b8400000 100000',
    ]);
    const newer = await bootFile(imx8mmM4, await sdkImage(imx8mmM4, SMALL_VDEV), '7.2');
    assert.is(newer.log[newer.log.length - 1], 'remote processor core-m4 is now up');
  }),
);

for (const [board, tableDa, tablePa] of [
  [imx8mmM4, 0xb80ff000, 0xb80ff000],
  [imx93M33, 0x2001e000, 0x2021e000],
  [imx95M7, 0x88220000, 0x88220000],
] as const) {
  test(
    `4.2 trap 4: ${board.name}: the table region gets the table, the linked copy stays as it was`,
    deadline(20000, async () => {
      const file = await sdkImage(board, SMALL_VDEV);
      const linked = readElf(file, 'fw.elf').sections.find(({ name }) => name === '.resource_table')!;
      const asLinked = file.slice(Number(linked.offset), Number(linked.offset) + Number(linked.size));
      const { bench } = await bootFile(board, file);
      const size = asLinked.length;
      assert.equal(bench.at(Number(linked.addr), size), asLinked, 'loaded and not written again');
      const rings = board.memory.filter(({ name }) => /^vdev0vring/.test(name)).map(({ da }) => da);
      const seen = vdevState(bench.at(tableDa, size), 1);
      assert.equal(
        seen.vrings.map(({ da }) => da),
        rings,
      );
      assert.is(seen.status & 4, 4);
      assert.equal(bench.atPa(tablePa, size), bench.at(tableDa, size));
      assert.is(vdevState(asLinked, 1).status, 0);
    }),
  );
}

test(
  '4.2 trap 4: without a table region the linked table is the one in effect',
  deadline(20000, async () => {
    const memory = imx8mmM4.memory.filter(({ use }) => use !== 'table');
    const board = { ...imx8mmM4, memory };
    const { bench } = await bootFile(board, await sdkImage(board, SMALL_VDEV));
    assert.is(vdevState(bench.at(0x80000000, 200), 1).status & 4, 4);
  }),
);

test(
  'a segment that ends where the row ends is refused, one byte less is not',
  deadline(5000, async () => {
    // 0x1FFE0000 + 0x40000 is the end of the row.
    const { bench, errno, log } = await bootSegment(imx8mmM4, 0x2001f000, 0x1000);
    assert.is(errno, -22);
    const line = translationFailed(device, 0x2001f000, 0x1000);
    assert.equal(log.slice(2), segmentRefused(0x2001f000, 0x1000, NO_TABLE, line));
    assert.is(levelOf(bench, line), 'warn');
    assert.ok(isUp(await bootSegment(imx8mmM4, 0x2001f000, 0xfff)));
    assert.ok(isUp(await bootSegment(lenient, 0x2001f000, 0x1000)), 'it is the strict comparison');
  }),
);

test(
  'a window is strict too, but the carveout behind it is not',
  deadline(5000, async () => {
    const memory = imx95M7.memory.map((region) =>
      region.name === 'memory' ? { ...region, name: 'vdev7' } : region,
    );
    const [at, len] = [0x80fff000, 0x1000];
    const whole = await bootSegment(imx95M7, at, len);
    assert.equal(whole.log.slice(2), [NO_TABLE, 'remote processor imx-rproc is now up']);
    const { sim } = whole.bench;
    assert.is(sim.rproc.ops.daToVa!(sim.rproc, BigInt(at), len), undefined, 'by the carveout');
    assert.ok(sim.rproc.ops.daToVa!(sim.rproc, BigInt(at), len - 1), 'by the window');
    const other = await bootSegment({ ...imx95M7, memory }, at, len - 1);
    const inner = other.bench.sim.rproc;
    assert.ok(isUp(other));
    assert.is(inner.ops.daToVa!(inner, BigInt(at), len - 1), undefined, 'regions named vdev are not mapped');
  }),
);

test(
  'a row that is not the driver’s own needs a region behind it',
  deadline(5000, async () => {
    const { errno, log } = await bootSegment(imx8mmM4, 0x10000000, 0x100);
    assert.is(errno, -22);
    const lines = segmentRefused(0x10000000, 0x100, NO_TABLE);
    assert.equal(log.slice(2), lines, 'the row is there, the memory is not');
    const ddr = { name: 'ddr', da: 0x40000000, len: 0x10000, use: 'image', origin: 'test' } as const;
    const wider = { ...imx8mmM4, memory: [...imx8mmM4.memory, ddr] };
    const { bench } = await bootSegment(wider, 0x10000000, 0x100);
    assert.is(bench.atPa(0x40000000, 1)[0], 0x5a);
  }),
);

test(
  'aliases lead to the same memory',
  deadline(5000, async () => {
    for (const at of [0x00000040, 0x1ffe0040]) {
      const { bench, errno } = await bootSegment(imx8mmM4, at, 4);
      assert.is(errno, 0);
      assert.equal([...bench.atPa(0x007e0040, 4)], [0x5a, 0x5a, 0x5a, 0x5a]);
      assert.equal(bench.at(0x40, 4), bench.at(0x1ffe0040, 4));
    }
    for (const at of [0x20000000, 0x30000000]) {
      const { bench } = await bootSegment(imx93M33, at, 4);
      assert.is(bench.atPa(0x20200000, 1)[0], 0x5a);
    }
  }),
);

test(
  'the i.MX93 rings are in no row: a line in the log, and the carveout takes it',
  deadline(5000, async () => {
    const booted = await bootSegment(imx93M33, 0xa4010000, 0x8000);
    assert.ok(isUp(booted));
    const line = translationFailed('imx-rproc remoteproc-cm33: ', 0xa4010000, 0x8000);
    assert.equal(booted.log.slice(2, 4), [NO_TABLE, line]);
    const { errno } = await bootSegment(imx93M33, 0xa4018000, 0x8001);
    assert.is(errno, -22);
  }),
);

test(
  '4.1 no table is worth a line of information, unless the board says that one is required',
  deadline(5000, () => tableIsOptional(imx8mqM4, 0x20000000, NO_TABLE, 'info')),
);

test(
  'a board without ring memory cannot have a vdev',
  deadline(5000, async () => {
    const more = { table: table([vdev()]), tableAt: 0x20000100 };
    const { errno, log } = await bootSegment(imx8mqM4, 0x20000000, 8, more);
    assert.is(errno, -12);
    assert.is(log[2], 'imx-rproc imx8mq-cm4: failed to allocate dma memory: len 0x1000');
  }),
);

test.run();
