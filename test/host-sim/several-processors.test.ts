/** Several remote processors beside one Linux: what they share, and what one does to the others. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { stm32mp157DkM4 } from '../../boards/st/stm32mp157-dk-m4.js';
import { virtM4 } from '../../boards/virt-m4.js';
import { CrashType } from '../../host-sim/cores/core.js';
import type { RemoteProcessor } from '../../host-sim/processor.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { Bench, StubCore } from '../support/sim-boot.js';
import { image, table, vdev } from '../support/sim-images.js';

const LIMIT = 5000;
const file = image({ table: table([vdev()]) });

/** `count` processors with one name of firmware each; all of them booted. */
async function booted(count: number, recovery = true) {
  const { sim } = new Bench({ recovery });
  for (let i = 1; i < count; i++) {
    sim.addProcessor({ board: virtM4, core: (parts) => new StubCore(parts), recovery });
  }
  const { processors } = sim;
  for (const [i, processor] of processors.entries()) {
    processor.setFirmware(`fw${i}.elf`, file);
    assert.is(await processor.start(), 0);
  }
  const lines = (): string[] => sim.kernel.log.lines.splice(0).map(({ text }) => text);
  lines();
  return { sim, processors, lines };
}

const crash = ({ core }: RemoteProcessor, reason = 'x'): void =>
  (core as StubCore).parts.events.crashed({ type: CrashType.fatal, reason, stack: [] });

const stub = ({ core }: RemoteProcessor): StubCore => core as StubCore;

test(
  'each has its index, name, files and node; virtio and rproc-virtio numbers are of the system',
  deadline(LIMIT, async () => {
    const { sim, processors } = await booted(3);
    assert.equal(
      processors.map(({ rproc }) => [rproc.index, rproc.prefix]),
      [0, 1, 2].map((i) => [i, `remoteproc remoteproc${i}`]),
    );
    for (const i of [0, 1, 2]) {
      assert.is(sim.sysfs.read(`/sys/class/remoteproc/remoteproc${i}/state`), 'running\n');
      assert.type(sim.dev.open(`/dev/remoteproc${i}`), 'object');
      assert.is(sim.sysfs.read(`/sys/kernel/debug/remoteproc/remoteproc${i}/name`), 'm4\n');
    }
    assert.equal(
      sim.virtio.devices.map(({ name, parent }) => [name, parent.prefix]),
      [0, 1, 2].map((i) => [`virtio${i}`, `rproc-virtio rproc-virtio.${i}.auto`]),
    );
    // Every processor counts its notifyids from 0.
    assert.equal(
      processors.map(({ rproc }) => [...rproc.vrings.keys()]),
      [
        [0, 1],
        [0, 1],
        [0, 1],
      ],
    );
  }),
);

test(
  'memory, doorbells and interrupts are their own',
  deadline(LIMIT, async () => {
    const { processors, sim } = await booted(2);
    const [first, second] = processors;
    first.memory.bytesAtDa(0x10001000, 4)!.fill(1);
    assert.equal([...second.memory.bytesAtDa(0x10001000, 4)!], [0, 0, 0, 0]);
    assert.equal(
      [stub(first).calls, stub(second).calls],
      [
        ['start', 'kick 0'],
        ['start', 'kick 0'],
      ],
    );
    stub(second).parts.events.kicked(0);
    sim.settle();
    assert.equal(
      [first.kicks, second.kicks],
      [
        { toRemote: 1, toHost: 0 },
        { toRemote: 1, toHost: 1 },
      ],
    );
  }),
);

test(
  'different boards beside each other boot different files',
  deadline(LIMIT, async () => {
    const { sim, lines } = await booted(1);
    const other = sim.addProcessor({ board: stm32mp157DkM4, core: (parts) => new StubCore(parts) });
    other.setFirmware('stm.elf', image({ table: table([]) }));
    assert.is(await other.start(), 0);
    assert.is(lines().at(-1), 'remoteproc remoteproc1: remote processor m4 is now up');
    assert.is(sim.rproc.state, 'running');
  }),
);

test(
  'linux-remoteproc 11: one crash is the business of one processor',
  deadline(LIMIT, async () => {
    const { sim, processors, lines } = await booted(3);
    crash(processors[1]);
    await sim.run(() => false, 0);
    assert.ok(
      lines().every((text) => !/remoteproc[02]:|virtio[02]/.test(text)),
      'nothing of the others',
    );
    assert.equal(
      processors.map(({ rproc }) => rproc.crashCount),
      [0, 1, 0],
    );
    assert.equal(
      processors.map((processor) => stub(processor).calls.length),
      [2, 5, 2],
    );
  }),
);

test(
  'linux-remoteproc 11: recoveries run side by side: one that waits for a reader does not keep the others',
  deadline(LIMIT, async () => {
    const { sim, processors } = await booted(3);
    for (const { rproc } of processors) rproc.dumpConf = 'inline';
    for (const processor of processors) crash(processor);
    await sim.run(() => false, 10);
    const states = () => processors.map(({ rproc }) => rproc.state);
    assert.equal(states(), ['offline', 'offline', 'offline']);
    const { devices } = sim.devcoredump;
    assert.equal(
      devices.map(({ name, failingDevice }) => [name, failingDevice.prefix]),
      [0, 1, 2].map((i) => [`devcd${i + 1}`, `remoteproc remoteproc${i}`]),
    );
    await sim.sysfs.write(devices[2].path, '1');
    await sim.run(() => false, 10);
    assert.equal(states(), ['offline', 'offline', 'running']);
    // The first virtio number that is free, which is another one than before.
    assert.equal(
      sim.virtio.devices.map(({ name }) => name),
      ['virtio0'],
    );
    for (const device of [...devices]) device.remove();
    await sim.run(() => false, 10);
    assert.equal(states(), ['running', 'running', 'running']);
    assert.equal(
      sim.virtio.devices.map(({ name, transport }) => [name, transport.processor]),
      [
        ['virtio0', 2],
        ['virtio1', 0],
        ['virtio2', 1],
      ],
    );
  }),
);

test(
  'one lock each: a processor whose recovery is blocked does not keep others from starting and stopping',
  deadline(LIMIT, async () => {
    const { sim, processors } = await booted(2);
    processors[0].rproc.dumpConf = 'inline';
    crash(processors[0]);
    await sim.run(() => false, 10);
    const begin = sim.scheduler.now;
    assert.is(await processors[1].stop(), 0);
    assert.is(await processors[1].start(), 0);
    assert.is(sim.scheduler.now, begin);
    assert.is(processors[0].rproc.state, 'offline');
  }),
);

test(
  'starts and stops of several at once all end, in the order in which they came',
  deadline(LIMIT, async () => {
    const { processors, lines } = await booted(4);
    assert.equal(await Promise.all(processors.map((processor) => processor.stop())), [0, 0, 0, 0]);
    assert.equal(
      lines(),
      [0, 1, 2, 3].map((i) => `remoteproc remoteproc${i}: stopped remote processor m4`),
    );
    const [first] = processors;
    const racing = [first.start(), first.stop(), first.start(), first.start(), first.stop()];
    assert.equal(await Promise.all(racing), [0, 0, 0, 0, 0]);
    assert.equal([first.rproc.state, first.rproc.power], ['running', 1]);
    assert.equal(await Promise.all(processors.map((processor) => processor.start())), [0, 0, 0, 0]);
  }),
);

test(
  'a processor that is removed takes its channels and files only',
  deadline(LIMIT, async () => {
    const { sim, processors } = await booted(3);
    assert.is(await processors[1].remove(), 0);
    assert.equal(
      sim.registry.all.map(({ index }) => index),
      [0, 2],
    );
    assert.equal(
      sim.dev.list().filter((path) => path.startsWith('/dev/remoteproc')),
      ['/dev/remoteproc0', '/dev/remoteproc2'],
    );
    assert.is(sim.sysfs.has('/sys/class/remoteproc/remoteproc1'), false);
    assert.is(sim.sysfs.has('/sys/class/remoteproc/remoteproc2'), true);
    assert.equal(
      sim.virtio.devices.map(({ transport }) => transport.processor),
      [0, 2],
    );
    const next = sim.addProcessor({ board: virtM4, core: (parts) => new StubCore(parts) });
    assert.is(next.rproc.index, 3);
  }),
);

test.run();
