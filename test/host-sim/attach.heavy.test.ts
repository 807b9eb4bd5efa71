/** A real firmware that a boot loader started: Linux attaches, talks to it, leaves it and comes back. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { rpmsgSend } from '../../host-sim/rpmsg/channel.js';
import { Simulation } from '../../host-sim/simulation.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { CHANNEL, liveFirmware } from '../support/live-firmware.js';

const test = suite('attach', { image: new Uint8Array() as Uint8Array });
test.before(async (context) => {
  context.image = await liveFirmware();
});

test(
  'linux-remoteproc 10: attach, messages, detach, attach again, stop, start',
  deadline(60000, async ({ image }) => {
    const received: string[] = [];
    const sim = new Simulation({ board: virtM4, detached: true });
    sim.registerDriver({
      name: 'live',
      idTable: [CHANNEL],
      probe: () => 0,
      callback: (_channel, data) => received.push(Buffer.from(data).toString()),
    });
    assert.is(await sim.processors[0].bootByLoader(image), 0);
    await sim.run(() => false, 100);
    assert.equal(sim.channels, [], 'the firmware waits for its host');
    const talk = async (text: string): Promise<void> => {
      assert.ok(await sim.run(() => sim.channels.length === 1, 1000), text);
      rpmsgSend(sim.channels[0], Buffer.from(text));
      sim.settle();
      assert.is(received.at(-1), text);
    };
    for (const round of ['first', 'second', 'third']) {
      assert.is(await sim.start(), 0);
      assert.is(sim.rproc.state, 'attached');
      await talk(round);
      assert.is(await sim.detach(), 0);
      assert.equal(sim.channels, []);
      await sim.run(() => false, 50);
    }
    assert.is(sim.crash, undefined);
    assert.is(await sim.start(), 0);
    assert.is(await sim.stop(), 0);
    assert.is(sim.rproc.state, 'offline');
    sim.setFirmware('live.elf', image);
    assert.is(await sim.start(), 0);
    await talk('booted');
    assert.equal(received, ['first', 'second', 'third', 'booted']);
  }),
);

test(
  'linux-remoteproc 11: an attached firmware that crashes is booted from its file',
  deadline(60000, async ({ image }) => {
    const sim = new Simulation({ board: virtM4, detached: true });
    sim.registerDriver({ name: 'live', idTable: [CHANNEL], probe: () => 0, callback: () => {} });
    await sim.processors[0].bootByLoader(image);
    sim.setFirmware('live.elf', image);
    await sim.start();
    await sim.run(() => sim.channels.length === 1, 1000);
    rpmsgSend(sim.channels[0], Buffer.from('break'));
    assert.ok(await sim.run(() => sim.rproc.state === 'running' && sim.channels.length === 1, 1000));
    assert.is(sim.rproc.crashCount, 1);
  }),
);

test.run();
