/** linux-remoteproc.md section 10: states, what changes them, and who counts references. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelVersions } from '../../../host-sim/kernel.js';
import {
  rprocBoot,
  rprocDetach,
  rprocSetFirmware,
  rprocShutdown,
} from '../../../host-sim/remoteproc/core.js';
import type { RprocState } from '../../../host-sim/remoteproc/rproc.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootTable, vdevState } from '../../support/sim-boot.js';
import { image, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const AT = 0x10000000;
const file = image({ table: table([trace(0x10001000, 64), vdev()]) });

/** A system whose core is in this state, with one power reference where somebody booted it. */
async function inState(state: 'offline' | 'running' | 'crashed' | 'attached' | 'detached', options = {}) {
  const bench = new Bench({ ...options, detached: state === 'attached' || state === 'detached' });
  bench.sim.setFirmware('fw.elf', file);
  if (bench.sim.rproc.state === 'detached') await bench.loaderStarts(file);
  if (state !== 'offline' && state !== 'detached') assert.is(await bench.sim.start(), 0);
  if (state === 'crashed') await bench.crash();
  assert.is(bench.sim.rproc.state, state);
  bench.lines();
  bench.core.calls.length = 0;
  return bench;
}

test(
  'linux-remoteproc 10: sysfs shows the name of each state, also of those the core never sets',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    const names: RprocState[] = [
      'offline',
      'suspended',
      'running',
      'crashed',
      'deleted',
      'attached',
      'detached',
      'invalid',
    ];
    for (const name of names) {
      bench.sim.rproc.state = name;
      assert.is(bench.read('state'), `${name}\n`);
    }
    for (const name of ['offline', 'running', 'crashed', 'attached', 'detached'] as const) {
      assert.is((await inState(name)).read('state'), `${name}\n`);
    }
  }),
);

for (const kernel of kernelVersions) {
  const fromCrash = kernel !== '6.1';
  /** State, what is written to `state`: errno, the state after it, power after it, what the core was told. */
  const transitions = [
    ['offline', 'start', 0, 'running', 1, ['start', 'kick 0']],
    ['offline', 'stop', -22, 'offline', 0, []],
    ['offline', 'detach', -22, 'offline', 0, []],
    ['running', 'start', 0, 'running', 2, []],
    ['running', 'stop', 0, 'offline', 0, ['stop']],
    ['running', 'detach', -22, 'running', 1, []],
    ['crashed', 'start', 0, 'crashed', 2, []],
    [
      'crashed',
      'stop',
      fromCrash ? 0 : -22,
      fromCrash ? 'offline' : 'crashed',
      fromCrash ? 0 : 1,
      fromCrash ? ['stop'] : [],
    ],
    ['crashed', 'detach', -22, 'crashed', 1, []],
    ['detached', 'start', 0, 'attached', 1, ['kick 0']],
    ['detached', 'stop', -22, 'detached', 0, []],
    ['detached', 'detach', -22, 'detached', 0, []],
    ['attached', 'start', 0, 'attached', 2, []],
    ['attached', 'stop', 0, 'offline', 0, ['stop']],
    ['attached', 'detach', 0, 'detached', 0, []],
  ] as const;
  for (const [from, word, errno, to, power, calls] of transitions) {
    test(
      `linux-remoteproc 10: ${word} in ${from} is ${errno}, then ${to} (${kernel})`,
      deadline(LIMIT, async () => {
        const bench = await inState(from, { kernel });
        assert.is(await bench.write('state', word), errno < 0 ? errno : word.length);
        assert.is(bench.sim.rproc.state, to);
        assert.is(bench.sim.rproc.power, power);
        assert.equal(bench.core.calls, calls);
      }),
    );
  }

  test(
    `linux-remoteproc 10: any state but offline and crashed becomes crashed (${kernel})`,
    deadline(LIMIT, async () => {
      for (const state of ['suspended', 'running', 'attached', 'detached', 'deleted', 'invalid'] as const) {
        const { bench } = await bootTable([], { kernel });
        bench.lines();
        bench.sim.rproc.state = state;
        const log = await bench.crash();
        assert.equal(log, ['crash detected in m4: type fatal error', 'handling crash #1 in m4'], state);
        assert.is(bench.sim.rproc.state, 'crashed');
      }
    }),
  );

  test(
    `linux-remoteproc 17: shutdown from crashed ${fromCrash ? 'stops' : 'is -EINVAL'} (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = await inState('crashed', { kernel });
      assert.is(await bench.sim.stop(), fromCrash ? 0 : -22);
      assert.equal(bench.lines(), fromCrash ? ['stopped remote processor m4'] : []);
      assert.is(bench.sim.rproc.carveouts.length > 0, !fromCrash);
    }),
  );
}

test(
  'linux-remoteproc 10: a third user counts; only the last shutdown stops the core',
  deadline(LIMIT, async () => {
    const bench = await inState('running');
    assert.is(await bench.sim.start(), 0);
    assert.is(await bench.sim.start(), 0);
    for (const left of [2, 1]) {
      assert.is(await bench.sim.stop(), 0);
      assert.is(bench.sim.rproc.power, left);
      assert.equal(bench.core.calls, []);
    }
    assert.is(await bench.sim.stop(), 0);
    assert.equal(bench.core.calls, ['stop']);
    assert.equal(bench.lines(), ['stopped remote processor m4']);
  }),
);

test(
  'linux-remoteproc 10: detach counts as a shutdown does; the first of two users leaves it attached',
  deadline(LIMIT, async () => {
    const bench = await inState('attached');
    assert.is(await bench.sim.start(), 0);
    assert.is(await bench.sim.detach(), 0);
    assert.is(bench.sim.rproc.state, 'attached');
    assert.equal(bench.lines(), []);
    assert.is(await bench.sim.detach(), 0);
    assert.is(bench.sim.rproc.state, 'detached');
    assert.equal(bench.lines(), ['detached remote processor m4']);
  }),
);

test(
  'linux-remoteproc 10: start in crashed takes a reference: the next stop only gives it back',
  deadline(LIMIT, async () => {
    const bench = await inState('crashed');
    assert.is(await bench.sim.start(), 0);
    assert.is(await bench.sim.stop(), 0);
    assert.is(bench.sim.rproc.state, 'crashed');
    assert.is(await bench.sim.stop(), 0);
    assert.is(bench.sim.rproc.state, 'offline');
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 10: stuck after a failed recovery: start succeeds and boots nothing, stop is -EINVAL (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = await inState('running', { kernel, recovery: true });
      bench.sim.firmware.files.clear();
      const log = await bench.crash();
      assert.equal(log.slice(-3), [
        'stopped remote processor m4',
        'Direct firmware load for fw.elf failed with error -2',
        'request_firmware failed: -2',
      ]);
      const { rproc } = bench.sim;
      assert.equal([rproc.state, rproc.power], ['offline', 1]);
      bench.sim.setFirmware('fw.elf', file);
      bench.core.calls.length = 0;
      assert.equal(await bench.start(), { errno: 0, log: [] });
      assert.equal([rproc.state, rproc.power], ['offline', 2]);
      assert.is(await bench.sim.stop(), -22);
      assert.equal([rproc.state, rproc.power], ['offline', 2]);
      assert.equal(bench.core.calls, []);
      assert.ok(rproc.carveouts.length > 0, 'nothing was cleaned up');
    }),
  );
}

test(
  'linux-remoteproc 10: a stop that fails keeps the reference and the state; subdevices are gone all the same',
  deadline(LIMIT, async () => {
    const bench = await inState('running');
    const { stop } = bench.sim.rproc.ops;
    bench.sim.rproc.ops.stop = async () => -5;
    assert.is(await bench.write('state', 'stop'), -5);
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['running', 1]);
    assert.equal(bench.lines(), ["can't stop rproc: -5"]);
    assert.equal(bench.sim.virtio.devices, []);
    bench.sim.rproc.ops.stop = stop;
    assert.is(await bench.sim.stop(), 0);
  }),
);

test(
  'linux-remoteproc 10: while the stop is under way table_ptr is the cached table; rings and memory go after it',
  deadline(LIMIT, async () => {
    const bench = await inState('running');
    const { rproc } = bench.sim;
    const seen: unknown[] = [];
    rproc.ops.unprepare = () => {
      seen.push(rproc.state, rproc.carveouts.length, rproc.table === undefined);
    };
    bench.core.onStop = () => {
      seen.push(rproc.state, rproc.table?.bytes() === rproc.cachedTable, bench.sim.virtio.devices.length);
    };
    assert.is(await bench.sim.stop(), 0);
    assert.equal(seen, ['running', true, 0, 'offline', 0, false]);
    assert.is(rproc.table, undefined);
    // The remote still sees what Linux wrote there last: reset, then ACKNOWLEDGE of the virtio core.
    assert.is(vdevState(bench.at(AT, 400), 1).status, 1);
  }),
);

test(
  'linux-remoteproc 9.1: a signal while waiting for the lock: the errno and a line, nothing happens',
  deadline(LIMIT, async () => {
    const bench = await inState('attached');
    const { rproc, scheduler } = bench.sim;
    assert.ok(rproc.lock.tryLock());
    for (const call of [rprocBoot, rprocShutdown, rprocDetach]) {
      const waiting = call(rproc);
      rproc.lock.interrupt();
      assert.is(await scheduler.finish(waiting), -4);
      assert.equal(bench.lines(), ["can't lock rproc m4: -4"]);
    }
    const naming = rprocSetFirmware(rproc, 'other.elf');
    rproc.lock.interrupt();
    assert.is(await scheduler.finish(naming), -22);
    assert.equal(bench.lines(), ["virt-rproc 30000000.m4: can't lock rproc m4: -4"]);
    assert.equal([rproc.state, rproc.power, rproc.firmware], ['attached', 1, 'fw.elf']);
    rproc.lock.unlock();
    assert.is(await bench.sim.detach(), 0);
  }),
);

test(
  'a core that does not even start: what it throws comes out, and Linux has unwound the boot as after -EIO',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    bench.sim.setFirmware('fw.elf', file);
    bench.core.onStart = () => {
      throw new Error('no such engine');
    };
    let thrown: unknown;
    await bench.sim.start().catch((error) => {
      thrown = error;
    });
    assert.is((thrown as Error).message, 'no such engine');
    assert.is(bench.lines().at(-1), "can't start rproc m4: -5");
    assert.equal([bench.sim.rproc.state, bench.sim.rproc.power], ['offline', 0]);
    bench.core.onStart = () => {};
    assert.is(await bench.sim.start(), 0);
    assert.is(bench.sim.rproc.state, 'running');
  }),
);

test.run();
