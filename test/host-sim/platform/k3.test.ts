/** ti_k3_r5 and ti_k3_m4: two views of internal RAM, rings from the pool, a table is mandatory (soc-memory-maps.md 4). */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { am62xM4f } from '../../../boards/ti/am62x-m4f.js';
import { am64xR5f } from '../../../boards/ti/am64x-r5f.js';
import { j721eR5f } from '../../../boards/ti/j721e-r5f.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, vdevState } from '../../support/sim-boot.js';
import { table } from '../../support/sim-images.js';
import { type Booted, bootSegment, bootsWithVdev, carveoutsOf, isUp, segmentRefused } from './soc-bench.js';

const test = suite('ti_k3');

/** A boot of one segment beside an empty table. */
function boot(board: Board, at: number, len: number): Promise<Booted> {
  return bootSegment(board, at, len, { table: table([]), tableAt: board.memory[0].da });
}

for (const [board, name, pool] of [
  [am64xR5f, '78000000.r5f', 0xa0000000],
  [j721eR5f, '41000000.r5f', 0xa0000000],
  [am62xM4f, '5000000.m4fss', 0x9cb00000],
] as const) {
  test(
    `${board.name}: an SDK image boots, rings anywhere in memory-region[0]`,
    deadline(20000, async () => {
      const bench = await bootsWithVdev(board, name);
      const rings = [pool, pool + 0x1000];
      const hex = (value: number) => value.toString(16);
      assert.equal(carveoutsOf(bench), [
        `vdev0vring0 ${hex(rings[0])} ${hex(rings[0])} 1000`,
        `vdev0vring1 ${hex(rings[1])} ${hex(rings[1])} 1000`,
      ]);
      const { vrings } = vdevState(bench.at(board.memory[0].da, 200), 1);
      assert.equal(
        vrings.map(({ da }) => da),
        rings,
      );
      assert.is(bench.sim.rproc.autoBoot, true);
      assert.is(bench.sim.rproc.recoveryDisabled, true);
    }),
  );

  test(
    `4.1 no table, no boot, no word about it (${board.name})`,
    deadline(5000, async () => {
      const { errno, log } = await bootSegment(board, board.memory[0].da, 16);
      assert.is(errno, -22);
      assert.equal(log.slice(2), ['Boot failed: -22']);
      const optional = { ...board, linux: { ...board.linux, tableRequired: false } };
      assert.is(
        (await bootSegment(optional, board.memory[0].da, 16)).errno,
        -22,
        'the driver has no say in it',
      );
    }),
  );
}

test(
  'internal RAM is found at the core’s address and at the SoC’s, up to its very end',
  deadline(5000, async () => {
    const places: [Board, number, number][] = [
      [am64xR5f, 0x00000000, 0x78000000],
      [am64xR5f, 0x78000000, 0x78000000],
      [am64xR5f, 0x41010000, 0x78100000],
      [am64xR5f, 0x78100000, 0x78100000],
      [j721eR5f, 0x00000000, 0x41000000],
      [j721eR5f, 0x41000000, 0x41000000],
      [j721eR5f, 0x41010000, 0x41010000],
      [am62xM4f, 0x00028000, 0x05028000],
      [am62xM4f, 0x05028000, 0x05028000],
      [am62xM4f, 0x00038000, 0x05048000],
      [am62xM4f, 0x05048000, 0x05048000],
    ];
    for (const [board, da, pa] of places) {
      const booted = await boot(board, da, 0x8000);
      assert.ok(isUp(booted), `${board.name} ${da.toString(16)}: ${booted.log}`);
      assert.is(booted.bench.atPa(pa + 0x7fff, 1)[0], 0x5a);
      const over = await boot(board, da, 0x8001);
      // IRAM and DRAM lie side by side for the core, and are two memories all the same.
      assert.is(over.errno, -22, `${board.name} ${da.toString(16)}`);
    }
  }),
);

test(
  'of the reserved regions only the firmware’s is mapped, at da = pa',
  deadline(5000, async () => {
    for (const board of [am64xR5f, am62xM4f]) {
      const [firmware] = board.memory;
      const last = firmware.da + firmware.len - 16;
      assert.ok(isUp(await boot(board, last, 16)));
      assert.is((await boot(board, last, 17)).errno, -22);
      const pool = board.memory.find(({ use }) => use === 'pool')!;
      const refused = await boot(board, pool.da, 16);
      assert.equal(refused.log.slice(2), segmentRefused(pool.da, 16));
    }
  }),
);

test(
  'TCM is zeroed before every start, the M4F’s RAM is not',
  deadline(5000, async () => {
    for (const [board, da, left] of [
      [am64xR5f, 0x100, 0],
      [am64xR5f, 0x41010100, 0],
      [am62xM4f, 0x100, 0x5a],
    ] as const) {
      const { bench } = await boot(board, da, 16);
      await bench.sim.stop();
      const other = await boot(board, board.memory[0].da + 0x1000, 16);
      bench.sim.setFirmware('other.elf', other.bench.core.started!.image);
      assert.is(await bench.sim.start(), 0);
      assert.is(bench.at(da, 1)[0], left, `${board.name} ${da.toString(16)}`);
    }
  }),
);

test(
  'the file that Linux asks for is the device tree’s',
  deadline(5000, async () => {
    const fresh = new Bench({ board: am64xR5f });
    const { log } = await fresh.start();
    assert.is(log[1], 'Direct firmware load for am64-main-r5f0_0-fw failed with error -2');
    const unnamed = new Bench({ board: am62xM4f });
    assert.match((await unnamed.start()).log[1], 'rproc-5000000.m4fss-fw');
  }),
);

test.run();
