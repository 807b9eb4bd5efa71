/** Two thousand remote processors with a firmware each, alive at the same time in one process. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { rpmsgSend } from '../../host-sim/rpmsg/channel.js';
import { Simulation } from '../../host-sim/simulation.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { CHANNEL, liveFirmware } from '../support/live-firmware.js';

/** The volume of CI; a plain run looks whether they live beside each other at all. */
const PROCESSORS = process.env.RPROC_VOLUME === 'full' ? 2000 : 60;
/** The one that breaks. */
const BROKEN = PROCESSORS / 2;
const ROUNDS = 4;
const LIMIT_MIB = 2048;

const test = suite('many processors', { image: new Uint8Array() as Uint8Array });
test.before(async (context) => {
  context.image = await liveFirmware();
});

test(
  `${PROCESSORS} live processors exchange messages within ${LIMIT_MIB} MiB`,
  deadline(170000, async ({ image }) => {
    const sim = new Simulation({ board: virtM4 });
    while (sim.processors.length < PROCESSORS) sim.addProcessor({ board: virtM4 });
    /** Messages that came back, by device name of the channel. */
    const back = new Map<string, number>();
    sim.registerDriver({
      name: 'live',
      idTable: [CHANNEL],
      probe: () => 0,
      callback: ({ deviceName }, data) => {
        if (Buffer.from(data).toString() === deviceName)
          back.set(deviceName, (back.get(deviceName) ?? 0) + 1);
      },
    });
    const began = Date.now();
    for (const processor of sim.processors) {
      processor.setFirmware('live.elf', image);
      assert.is(await processor.start(), 0);
    }
    const boots = Date.now() - began;
    assert.ok(await sim.run(() => sim.channels.length === PROCESSORS, 1000));
    for (let round = 0; round < ROUNDS; round++) {
      for (const channel of sim.channels) {
        assert.is(rpmsgSend(channel, Buffer.from(channel.deviceName)), 0);
      }
      sim.settle();
    }
    assert.is(back.size, PROCESSORS);
    assert.ok([...back.values()].every((count) => count === ROUNDS));
    // Every one has an engine and rings of its own, so one that breaks breaks nobody else.
    rpmsgSend(sim.channels[BROKEN], Buffer.from('break'));
    assert.ok(await sim.run(() => sim.processors[BROKEN].rproc.crashCount === 1, 1000));
    assert.ok(sim.processors.every(({ rproc }) => rproc.index === BROKEN || rproc.crashCount === 0));

    const rss = process.memoryUsage.rss() / 2 ** 20;
    console.log(`${PROCESSORS} processors: ${rss.toFixed(0)} MiB resident, ${boots} ms to boot`);
    assert.ok(rss <= LIMIT_MIB, `${rss} MiB`);
  }),
);

test.run();
