/** A thousand crashes of a real firmware, one after the other: each is recovered from, and nothing is left behind. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { rpmsgSend } from '../../host-sim/rpmsg/channel.js';
import { Simulation } from '../../host-sim/simulation.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { CHANNEL, liveFirmware } from '../support/live-firmware.js';

const FULL = process.env.RPROC_VOLUME === 'full';
const CRASHES = FULL ? 1000 : 80;
/** Crashes after which everything is compiled and every cache is full. */
const WARM = FULL ? 400 : 40;
/** A short run still warms up. */
const GROWTH = FULL ? 1.05 : 1.3;

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

/** Resident bytes once everything that can be collected was. */
async function resident(): Promise<number> {
  for (let i = 0; i < 4; i++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return process.memoryUsage.rss();
}

const test = suite('recovery', { image: new Uint8Array() as Uint8Array });
test.before(async (context) => {
  context.image = await liveFirmware();
});

test(
  `linux-remoteproc 11: ${CRASHES} crashes and recoveries leave memory as it was`,
  deadline(170000, async ({ image }) => {
    let back = 0;
    const sim = new Simulation({ board: virtM4 });
    sim.registerDriver({ name: 'live', idTable: [CHANNEL], probe: () => 0, callback: () => back++ });
    sim.setFirmware('live.elf', image);
    assert.is(await sim.start(), 0);
    const { rproc } = sim;
    const used = () => [
      rproc.carveouts.length,
      rproc.subdevs.length,
      rproc.vrings.size,
      rproc.vdevCleanups.length,
      sim.virtio.devices.length,
      sim.ports.length,
      rproc.power,
    ];
    let before: number[] = [];
    let warm = 0;
    for (let crash = 1; crash <= CRASHES; crash++) {
      assert.ok(await sim.run(() => sim.channels.length === 1, 1000), `no channel after crash ${crash - 1}`);
      rpmsgSend(sim.channels[0], Buffer.from('hello'));
      // The system is never let come to rest: what has run or was cancelled must not wait for that.
      assert.ok(await sim.run(() => back === crash, 1000));
      if (crash === 1) before = used();
      rpmsgSend(sim.channels[0], Buffer.from('break'));
      assert.ok(await sim.run(() => rproc.crashCount === crash && rproc.state === 'running', 1000));
      assert.is(rproc.crashReports.at(-1)?.reason, 'Error: broken');
      if (crash === WARM) warm = await resident();
      // What was ever printed or created is kept on purpose; it is no part of the question.
      sim.kernel.log.lines.length = 0;
      sim.channelHistory.length = 0;
    }
    assert.equal(used(), before);
    assert.is(rproc.crashReports.length, 10);
    const after = await resident();
    const MiB = 2 ** 20;
    console.log(`resident: ${(warm / MiB).toFixed(0)} MiB, then ${(after / MiB).toFixed(0)} MiB`);
    assert.ok(after < warm * GROWTH, `${after} bytes after ${CRASHES} crashes, ${warm} after ${WARM}`);
  }),
);

test.run();
