/** What inspect says about a board's memory is what the simulated Linux does with it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../boards/board.js';
import { boards } from '../../boards/index.js';
import { type Core, Simulation } from '../../host-sim/index.js';
import { FW_RSC_ADDR_ANY, FwRscCarveout, RSC_CARVEOUT } from '../../runtime/abi/resource-table.js';
import { rpmsgVdev, trace } from '../../sdk/config/resources/index.js';
import { placeOnBoard } from '../../sdk/inspect/board/index.js';
import { locate, placesOf } from '../../sdk/inspect/board/locate.js';
import { inspectElf } from '../../sdk/inspect/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { entry, linkFirmware } from '../support/elf-images.js';
import { bareElf } from '../support/firmware.js';

const silent = (): Core => ({ async start() {}, async stop() {}, kick() {} });

/** DDR that an i.MX sees at two addresses, one region of it for code and one for rings, which are not loaded into. */
const imx8mm = boards.find(({ name }) => name === 'imx8mm-m4')!;
const aliased: Board = {
  ...imx8mm,
  name: 'imx8mm-ddr',
  memory: [
    ...imx8mm.memory,
    { name: 'vdev1vring0', da: 0x42000000, len: 0x10000, use: 'named', origin: 'test' },
    { name: 'm4ddr', da: 0x43000000, len: 0x10000, use: 'image', origin: 'test' },
  ],
};

/** Edges of everything that the board's data names, by all addresses that lead there. */
function edgesOf(board: Board): number[] {
  const rows = board.translation ?? [];
  const edges = [...board.memory, ...rows].flatMap(({ da, pa = da, len }) => [
    ...[da, da + len, pa, pa + len],
    ...rows
      .filter((row) => pa >= (row.pa ?? row.da) && pa < (row.pa ?? row.da) + row.len)
      .flatMap((row) => [row.da + pa - (row.pa ?? row.da), row.da + pa - (row.pa ?? row.da) + len]),
  ]);
  return [...new Set(edges)];
}

for (const board of [...boards, aliased]) {
  test(
    `${board.name}: ranges around every edge are found where the driver finds them`,
    deadline(20000, async () => {
      const simulation = new Simulation({ board, core: silent });
      simulation.setFirmware('fw.elf', await bareElf(board, [trace()]));
      assert.is(await simulation.start(), 0);
      const places = placesOf(board);
      const sizes = [1, 16, 0x1000, 0x8000];
      let found = 0;
      for (const edge of edgesOf(board)) {
        for (const size of sizes) {
          for (const da of [edge, edge - size, edge - size - 1, edge - size + 1, edge - 1, edge + 2 ** 32]) {
            if (da < 0) continue;
            const mapped = simulation.rproc.daToVa(BigInt(da), size);
            const range = locate(board, places, BigInt(da), size);
            const what = `${size} bytes at 0x${da.toString(16)}: ${JSON.stringify(range)}`;
            assert.is(range.inside, mapped !== undefined, what);
            if (!mapped) continue;
            found++;
            // The same byte, by the address that inspect says.
            mapped.bytes()[0] = (found % 255) + 1;
            assert.is(simulation.memory.bytes(Number(range.pa) as never, size)[0], (found % 255) + 1, what);
          }
        }
      }
      assert.ok(found > 15, `${found} were found`);
    }),
  );

  test(
    `${board.name}: rings get the addresses that inspect says`,
    deadline(20000, async () => {
      const num = board.name.startsWith('stm32') ? 16 : 64;
      const image = await bareElf(board, [trace(), rpmsgVdev({ num, align: 16 })]);
      const placement = placeOnBoard(inspectElf(image, 'fw.elf'), board);
      const simulation = new Simulation({ board, core: silent });
      simulation.setFirmware('fw.elf', image);
      const errno = await simulation.start();
      const [vdev] = placement.vdevs;
      const provided = [...vdev.vrings, vdev.buffers!];
      assert.is(
        provided.every(({ fits }) => fits),
        errno === 0 && simulation.virtio.devices.length === 1,
        simulation.kernel.log.lines.map(({ text }) => text).join('\n'),
      );
      if (errno < 0) return;
      for (const { name, pa, da } of vdev.vrings) {
        const carveout = simulation.rproc.findCarveoutByName(name)!;
        assert.is(carveout.pa, Number(pa), name);
        if (placement.vdevs[0].vrings[0].source === 'region') assert.is(carveout.da, Number(da), name);
      }
    }),
  );
}

test(
  'carveouts come from the region of their name or the pool, as in Linux',
  deadline(20000, async () => {
    for (const board of boards) {
      const carveout = (name: string, len: number, da = FW_RSC_ADDR_ANY) =>
        entry(
          RSC_CARVEOUT,
          FwRscCarveout.pack({ da, pa: FW_RSC_ADDR_ANY, len, flags: 0, reserved: 0, name }),
        );
      const more = [carveout('other', 0x3000), carveout('third', 0x1000)];
      const { elf } = await linkFirmware(board, { more });
      const placement = placeOnBoard(inspectElf(elf, 'fw.elf'), board);
      const simulation = new Simulation({ board, core: silent });
      simulation.setFirmware('fw.elf', elf);
      const errno = await simulation.start();
      assert.is(
        placement.carveouts.every(({ fits }) => fits),
        errno === 0,
        board.name,
      );
      if (errno < 0) continue;
      assert.equal(
        placement.carveouts.map(({ name, pa }) => [name, Number(pa)]),
        ['shared', 'other', 'third'].map((name) => [name, simulation.rproc.findCarveoutByName(name)!.pa]),
        board.name,
      );
    }
  }),
);

test.run();
