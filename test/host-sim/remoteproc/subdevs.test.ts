/** linux-remoteproc.md sections 9.1, 10 and 17: subdevices, in whose order they come and what each failure undoes. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type KernelVersion, kernelVersions } from '../../../host-sim/kernel.js';
import type { Subdev } from '../../../host-sim/remoteproc/rproc.js';
import { addSubdev, removeSubdev } from '../../../host-sim/remoteproc/subdevs.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench } from '../../support/sim-boot.js';
import { image, table, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const file = image({ table: table([vdev()]) });

/** Three subdevices that write down what they are asked; `fails` names a step that goes wrong. */
function three(kernel: KernelVersion = '6.12', recovery = false) {
  const bench = new Bench({ kernel, recovery });
  bench.sim.setFirmware('fw.elf', file);
  const calls: string[] = [];
  const fails = new Set<string>();
  const step = (what: string): number => {
    calls.push(what);
    return fails.has(what) ? -19 : 0;
  };
  const subdevs = ['a', 'b', 'c'].map(
    (name): Subdev => ({
      prepare: () => step(`prepare ${name}`),
      start: () => step(`start ${name}`),
      stop: (crashed) => {
        step(`stop ${name} ${crashed}`);
      },
      unprepare: () => {
        step(`unprepare ${name}`);
      },
    }),
  );
  for (const subdev of subdevs) addSubdev(bench.sim.rproc, subdev);
  bench.core.onStart = () => {
    calls.push('core start');
  };
  bench.core.onStop = () => {
    calls.push('core stop');
  };
  return { bench, calls, fails, subdevs, take: () => calls.splice(0) };
}

const UP = ['prepare a', 'prepare b', 'prepare c', 'core start', 'start a', 'start b', 'start c'];
const down = (crashed: boolean) => [
  `stop c ${crashed}`,
  `stop b ${crashed}`,
  `stop a ${crashed}`,
  'core stop',
  'unprepare c',
  'unprepare b',
  'unprepare a',
];

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 9.1: prepared and started in list order, stopped and unprepared in reverse (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, take } = three(kernel, true);
      assert.is(await bench.sim.start(), 0);
      assert.equal(take(), UP);
      await bench.crash();
      assert.equal(take(), [...down(true), ...UP]);
      assert.is(await bench.sim.stop(), 0);
      assert.equal(take(), down(false));
    }),
  );

  test(
    `linux-remoteproc 10 and 17: stop after a start that failed half way in a recovery: ${kernel === '6.12' ? 'who never started is left out' : 'all are told'} (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, take, fails } = three(kernel, true);
      assert.is(await bench.sim.start(), 0);
      fails.add('start b');
      await bench.crash();
      take();
      // What is stuck there: power 1 and offline. A driver that sets the state by hand shows what a stop would do.
      bench.sim.rproc.state = 'running';
      assert.is(await bench.sim.stop(), 0);
      const unprepared = ['unprepare c', 'unprepare b', 'unprepare a'];
      const stopped = kernel === '6.12' ? [] : ['stop c false', 'stop b false', 'stop a false'];
      assert.equal(take(), [...stopped, 'core stop', ...unprepared]);
    }),
  );

  test(
    `linux-remoteproc 10 and 17: a subdevice that came after the start: ${kernel === '6.12' ? 'not stopped' : 'stopped'} (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, take } = three(kernel);
      await bench.sim.start();
      take();
      let stops = 0;
      addSubdev(bench.sim.rproc, {
        stop: () => {
          stops++;
        },
      });
      await bench.sim.stop();
      assert.is(stops, kernel === '6.12' ? 0 : 1);
      assert.equal(take(), down(false));
    }),
  );
}

for (const [i, name] of ['a', 'b', 'c'].entries()) {
  const before = ['a', 'b', 'c'].slice(0, i);
  test(
    `linux-remoteproc 9.1: ${name} fails to prepare: those before it are unprepared in reverse, the core never starts`,
    deadline(LIMIT, async () => {
      const { bench, take, fails } = three();
      fails.add(`prepare ${name}`);
      const { errno, log } = await bench.start();
      assert.is(errno, -19);
      assert.is(log.at(-2), 'failed to prepare subdevices for m4: -19');
      const prepared = [...before, name].map((one) => `prepare ${one}`);
      assert.equal(take(), [...prepared, ...[...before].reverse().map((one) => `unprepare ${one}`)]);
      assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['offline', 0]);
    }),
  );

  test(
    `linux-remoteproc 9.1: ${name} fails to start: those before it stop as after a crash, the core stops, all are unprepared`,
    deadline(LIMIT, async () => {
      const { bench, take, fails } = three();
      fails.add(`start ${name}`);
      const { errno, log } = await bench.start();
      assert.is(errno, -19);
      assert.is(log.at(-2), 'failed to probe subdevices for m4: -19');
      const started = [...before, name].map((one) => `start ${one}`);
      assert.equal(take(), [
        'prepare a',
        'prepare b',
        'prepare c',
        'core start',
        ...started,
        ...[...before].reverse().map((one) => `stop ${one} true`),
        'core stop',
        'unprepare c',
        'unprepare b',
        'unprepare a',
      ]);
      fails.clear();
      assert.is(await bench.sim.start(), 0, 'nothing is left behind');
    }),
  );
}

test(
  'linux-remoteproc 9.1: those of drivers come before the vdevs of the table',
  deadline(LIMIT, async () => {
    const { bench } = three();
    const { rproc, virtio } = bench.sim;
    const seen: number[] = [];
    addSubdev(rproc, {
      start: () => seen.push(virtio.devices.length) * 0,
      stop: () => {
        seen.push(virtio.devices.length);
      },
    });
    await bench.sim.start();
    assert.is(virtio.devices.length, 1);
    await bench.sim.stop();
    assert.equal(seen, [0, 0], 'started before it, stopped after it');
    assert.is(rproc.subdevs.length, 4, 'the vdev goes with its table');
  }),
);

test(
  'rproc_remove_subdev: it is told nothing any more; the others go on',
  deadline(LIMIT, async () => {
    const { bench, take, subdevs } = three();
    const { rproc } = bench.sim;
    removeSubdev(rproc, subdevs[1]);
    await bench.sim.start();
    assert.equal(take(), ['prepare a', 'prepare c', 'core start', 'start a', 'start c']);
    removeSubdev(rproc, subdevs[0]);
    await bench.sim.stop();
    assert.equal(take(), ['stop c false', 'core stop', 'unprepare c']);
    removeSubdev(rproc, subdevs[0]);
    assert.equal(rproc.subdevs, [subdevs[2]]);
  }),
);

test(
  'every step of a subdevice may be missing',
  deadline(LIMIT, async () => {
    const { bench } = three();
    bench.sim.rproc.subdevs = [{}];
    await bench.sim.start();
    assert.is(await bench.sim.stop(), 0);
    assert.equal(bench.sim.rproc.subdevs, [{}]);
  }),
);

test.run();
