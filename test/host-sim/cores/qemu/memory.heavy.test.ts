/** What Linux has written before a core starts is there when it runs: machines put things of their own into RAM. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { regionsFor } from '../../../../boards/board.js';
import { boardGroups } from '../../../../boards/index.js';
import { qemuCore, Simulation } from '../../../../host-sim/index.js';
import { pa } from '../../../../runtime/abi/address.js';
import { build } from '../../../../sdk/build/build.js';
import { deadline } from '../../../../sdk/testing/index.js';
import { nativeReady } from '../../../support/native.js';
import { skipUnless } from '../../../support/need.js';
import { inProject } from '../../../support/project-folder.js';

for (const board of boardGroups.qemu) {
  const absent = nativeReady(board.qemu!.system);
  skipUnless(
    test,
    `${board.name}: the pool is as Linux left it, after a start and after another one`,
    absent === undefined,
    absent ?? '',
    deadline(60000, () =>
      inProject({}, async (dir) => {
        const { elf } = (await build({ dir: 'examples/echo', output: `${dir}/echo.elf`, board: board.name }))
          .image;
        const simulation = new Simulation({ board, core: qemuCore() });
        try {
          simulation.setFirmware('echo.elf', elf);
          const [{ da, pa: at = da, len }] = regionsFor(board, 'pool');
          const { memory } = simulation.processors[0];
          memory.bytes(pa(at), len).fill(0xa5);
          memory.cache?.clean(pa(at), len);
          for (let round = 0; round < 2; round++) {
            assert.is(await simulation.start(), 0);
            assert.ok(await simulation.run(() => simulation.channels.length > 0, 10000), 'the firmware runs');
            const found = memory.peek(pa(at), len);
            assert.is(
              found.findIndex((byte) => byte !== 0xa5),
              -1,
            );
            assert.is(await simulation.stop(), 0);
          }
        } finally {
          simulation.processors[0].core.dispose?.();
        }
      }),
    ),
  );
}

test.run();
