/** Every board boots what the SDK builds for it, and takes its defaults from the board's data. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { processorName } from '../../../boards/board.js';
import { boards } from '../../../boards/index.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { Simulation } from '../../../host-sim/simulation.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { bootFile, hasRingMemory, isUp, SMALL_VDEV, sdkImage } from './soc-bench.js';

const test = suite('every board');

for (const board of boards) {
  const rings = hasRingMemory(board);
  test(
    `${board.name}: an SDK image boots${rings ? ' with its vdev' : ''}`,
    deadline(20000, async () => {
      const file = await sdkImage(board, rings ? SMALL_VDEV : undefined);
      for (const kernel of kernelVersions) {
        const booted = await bootFile(board, file, kernel);
        assert.ok(isUp(booted), `${kernel}: ${booted.log.join('\n')}`);
        const { sim, core } = booted.bench;
        const name = processorName(board, kernel);
        assert.is(booted.log[0], `powering up ${name}`);
        const online = booted.log.filter((line) => line.endsWith('rpmsg host is online'));
        assert.is(online.length, rings ? 1 : 0);
        assert.is(sim.rproc.autoBoot, board.linux.autoBoot);
        assert.is(new Simulation({ board, kernel }).rproc.recoveryDisabled, !board.linux.recovery);
        assert.is(sim.trace(), '', 'the trace buffer is readable');
        assert.ok(sim.rproc.table!.bytes() !== sim.rproc.cachedTable, 'the remote sees the table');
        assert.is(core.calls[0], 'start');
        assert.is(await sim.stop(), 0);
        const again = await booted.bench.start(file);
        assert.ok(isUp({ ...booted, ...again }), 'and a second time');
      }
    }),
  );
}

test('the firmware files that device trees name', () => {
  const names = boards.map(({ linux }) => linux.firmware).filter((name) => name !== undefined);
  assert.equal(names, ['am64-main-r5f0_0-fw', 'j7-mcu-r5f0_0-fw']);
});

test.run();
