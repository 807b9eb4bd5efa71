/** linux-remoteproc.md sections 9.1 and 10: the order of a boot and a stop, unwinding, references, states. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CrashType } from '../../../host-sim/cores/core.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import type { Subdev } from '../../../host-sim/remoteproc/rproc.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { Bench, bootLog, bootTable, vdevState } from '../../support/sim-boot.js';
import { carveout, image, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
const UP = 'remote processor m4 is now up';
const DOWN = 'stopped remote processor m4';
const AT = 0x10000000;
const file = image({ table: table([carveout('a'), trace(0x10001000, 64), vdev()]) });

/** A bench whose operations and one more subdevice write down when they are called. */
function recorded(): { bench: Bench; calls: string[] } {
  const bench = new Bench();
  const { ops } = bench.sim.rproc;
  const calls: string[] = [];
  const { prepare, start, stop } = ops;
  ops.prepare = (rproc) => {
    calls.push('prepare');
    rproc.subdevs = [subdev];
    return prepare!(rproc);
  };
  ops.unprepare = () => {
    calls.push('unprepare');
  };
  ops.start = (rproc, what) => {
    calls.push('start');
    return start(rproc, what);
  };
  ops.stop = (rproc) => {
    calls.push(`stop, status ${vdevState(bench.at(AT, 400), 2).status}`);
    // table_ptr is the cached table again before the core is held.
    if (rproc.state === 'running') assert.is(rproc.table?.bytes(), rproc.cachedTable);
    return stop!(rproc);
  };
  const subdev: Subdev = {
    prepare: () => calls.push('subdev prepare') * 0,
    start: () => calls.push(`subdev start, status ${vdevState(bench.at(AT, 400), 2).status}`) * 0,
    stop: (crashed) => {
      calls.push(`subdev stop ${crashed}, status ${vdevState(bench.at(AT, 400), 2).status}`);
    },
    unprepare: () => {
      calls.push('subdev unprepare');
    },
  };
  return { bench, calls };
}

test(
  '9.1 and 10 steps 9 to 20 and the stop order: virtio goes while the core runs, status 0 then 1',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    assert.is((await bench.start(file)).errno, 0);
    assert.equal(calls, ['prepare', 'subdev prepare', 'start', 'subdev start, status 0']);
    assert.is(vdevState(bench.at(AT, 400), 2).status, 7);
    calls.length = 0;
    assert.is(await bench.sim.stop(), 0);
    assert.equal(calls, ['subdev stop false, status 1', 'stop, status 1', 'subdev unprepare', 'unprepare']);
    assert.equal(bench.lines(), [DOWN]);
  }),
);

/** Everything that a boot took is given back: state, power, carveouts, pool, table. */
async function assertUnwound(bench: Bench): Promise<void> {
  const { rproc } = bench.sim;
  assert.is(rproc.state, 'offline');
  assert.is(rproc.power, 0);
  assert.is(rproc.cachedTable, undefined);
  assert.is(rproc.table, undefined);
  assert.equal(rproc.carveouts, []);
  assert.equal(rproc.traces, []);
  assert.is(rproc.vrings.size, 0);
  assert.equal(bench.sim.channels, []);
  const whole = image({ table: table([carveout('whole pool', { len: 0x80000 })]) });
  const fresh = new Bench();
  // A driver's own subdevices stay registered.
  rproc.subdevs = [];
  rproc.ops.prepare = fresh.sim.rproc.ops.prepare;
  rproc.ops.start = async () => 0;
  assert.is((await bench.start(whole)).errno, 0);
}

test(
  '9.1 step 12: indexes of vdevs begin anew with each boot',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([vdev()]);
    for (let boot = 0; boot < 2; boot++) {
      assert.equal(
        vdevState(bench.at(AT, 200)).vrings.map(({ da }) => da),
        [0x10060000, 0x10064000],
      );
      await bench.sim.stop();
      await bench.start();
    }
  }),
);

test(
  '9.1 step 20: running, and a line about it',
  deadline(LIMIT, async () => {
    const { bench, file: booted, log } = await bootTable([]);
    assert.equal(log, bootLog(booted, UP));
    assert.is(bench.sim.rproc.state, 'running');
    assert.is(bench.sim.rproc.power, 1);
  }),
);

test(
  '9.1 step 9: prepare fails; nothing is undone by unprepare',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    bench.sim.rproc.ops.prepare = () => -16;
    const { errno, log } = await bench.start(file);
    assert.is(errno, -16);
    assert.equal(log, bootLog(file, "can't prepare rproc m4: -16", 'Boot failed: -16'));
    assert.equal(calls, []);
    await assertUnwound(bench);
  }),
);

test(
  '9.1 step 11: parse_fw fails; unprepare only',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    const bare = image();
    const { errno, log } = await bench.start(bare);
    assert.is(errno, -22);
    assert.equal(log, bootLog(bare, 'Boot failed: -22'));
    assert.equal(calls, ['prepare', 'unprepare']);
    assert.is(bench.sim.rproc.power, 0);
  }),
);

test(
  '9.1 step 13: an entry fails after carveouts and vdevs were registered',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    const { errno } = await bench.start(image({ table: table([carveout('a'), vdev(), trace(0, 0, 1)]) }));
    assert.is(errno, -22);
    assert.equal(calls, ['prepare', 'unprepare']);
    await assertUnwound(bench);
  }),
);

test(
  '9.1 step 15: segments fail',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    const far = image({ table: table([carveout('a'), vdev()]), segments: [{ at: 4, memsz: 4 }] });
    const { errno } = await bench.start(far);
    assert.is(errno, -22);
    assert.equal(calls, ['prepare', 'unprepare']);
    await assertUnwound(bench);
  }),
);

test(
  '9.1 step 17: a subdevice fails to prepare; those before it are unprepared',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    const { prepare } = bench.sim.rproc.ops;
    bench.sim.rproc.ops.prepare = (rproc) => {
      const result = prepare!(rproc);
      rproc.subdevs.push({ prepare: () => -6 });
      return result;
    };
    const { errno, log } = await bench.start(file);
    assert.is(errno, -6);
    assert.equal(log, bootLog(file, 'failed to prepare subdevices for m4: -6', 'Boot failed: -6'));
    assert.equal(calls, ['prepare', 'subdev prepare', 'subdev unprepare', 'unprepare']);
    await assertUnwound(bench);
  }),
);

test(
  '9.1 step 18: start fails; subdevices are unprepared, the core is not stopped',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    bench.sim.rproc.ops.start = async () => -5;
    const { errno, log } = await bench.start(file);
    assert.is(errno, -5);
    assert.equal(log, bootLog(file, "can't start rproc m4: -5", 'Boot failed: -5'));
    assert.equal(calls, ['prepare', 'subdev prepare', 'subdev unprepare', 'unprepare']);
    assert.is(vdevState(bench.at(AT, 400), 2).status, 0);
    await assertUnwound(bench);
  }),
);

test(
  '9.1 step 19: a subdevice fails to start; those before it stop as crashed, then the core stops',
  deadline(LIMIT, async () => {
    const { bench, calls } = recorded();
    const { prepare } = bench.sim.rproc.ops;
    bench.sim.rproc.ops.prepare = (rproc) => {
      const result = prepare!(rproc);
      rproc.subdevs.push({ start: () => -19 });
      return result;
    };
    const { errno, log } = await bench.start(file);
    assert.is(errno, -19);
    assert.equal(log, bootLog(file, 'failed to probe subdevices for m4: -19', 'Boot failed: -19'));
    assert.equal(calls, [
      'prepare',
      'subdev prepare',
      'start',
      'subdev start, status 0',
      'subdev stop true, status 0',
      'stop, status 0',
      'subdev unprepare',
      'unprepare',
    ]);
    await assertUnwound(bench);
  }),
);

test(
  '9.1 the core is started once, with the boot address and the whole file',
  deadline(LIMIT, async () => {
    const { bench, file: booted } = await bootTable([], { entry: 0x10000041 });
    assert.equal(bench.core.calls, ['start']);
    assert.is(bench.core.started?.bootAddr, 0x10000041n);
    assert.equal(bench.core.started?.image, booted);
  }),
);

test(
  '9.1 and 10 start on a running core returns 0 and says nothing; two stops are needed',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    bench.lines();
    assert.equal(await bench.start(), { errno: 0, log: [] });
    assert.is(bench.sim.rproc.power, 2);
    assert.is(await bench.sim.stop(), 0);
    assert.is(bench.sim.rproc.state, 'running');
    assert.equal(bench.lines(), []);
    assert.equal(bench.core.calls, ['start']);
    assert.is(await bench.sim.stop(), 0);
    assert.is(bench.sim.rproc.state, 'offline');
    assert.equal(bench.lines(), [DOWN]);
    assert.equal(bench.core.calls, ['start', 'stop']);
  }),
);

test(
  '10 stop when offline is -22, before the first boot and after a stop; power does not move',
  deadline(LIMIT, async () => {
    const bench = new Bench();
    assert.is(await bench.sim.stop(), -22);
    assert.is((await bench.start(file)).errno, 0);
    assert.is(await bench.sim.stop(), 0);
    assert.is(await bench.sim.stop(), -22);
    assert.is(bench.sim.rproc.power, 0);
  }),
);

test(
  '10 and 15 no stop method: -22, the reference stays; a stop that fails: its errno and message',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    bench.lines();
    const { ops } = bench.sim.rproc;
    const { stop } = ops;
    ops.stop = undefined;
    assert.is(await bench.sim.stop(), -22);
    assert.is(bench.sim.rproc.power, 1);
    assert.equal(bench.lines(), []);
    ops.stop = async () => -110;
    assert.is(await bench.sim.stop(), -110);
    assert.is(bench.sim.rproc.power, 1);
    assert.equal(bench.lines(), ["can't stop rproc: -110"]);
    ops.stop = stop;
    assert.is(await bench.sim.stop(), 0);
  }),
);

for (const kernel of kernelVersions) {
  test(
    `10 and 11 crashed: reported at once, handled later; stop ${kernel === '6.1' ? 'is -22' : 'works'} (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench } = await bootTable([vdev()], { kernel });
      const { sim, core } = bench;
      bench.lines();
      core.parts.events.crashed({ type: CrashType.watchdog, reason: 'first', stack: [] });
      core.parts.events.crashed({ type: CrashType.fatal, reason: 'second', stack: [] });
      assert.is(sim.rproc.state, 'running');
      assert.equal(bench.lines(), [
        'crash detected in m4: type watchdog',
        'crash detected in m4: type fatal error',
      ]);
      sim.settle();
      assert.is(sim.rproc.state, 'crashed');
      assert.equal(bench.lines(), ['handling crash #1 in m4']);
      assert.is(sim.crash?.reason, 'first');

      if (kernel === '6.1') {
        assert.is(await sim.stop(), -22);
        assert.equal(await bench.start(), { errno: 0, log: [] });
        assert.is(sim.rproc.power, 2);
        assert.is(sim.rproc.state, 'crashed');
        return;
      }
      assert.is(await sim.stop(), 0);
      assert.equal(bench.lines(), [DOWN]);
      assert.is(sim.rproc.state, 'offline');
      const again = await bench.start();
      assert.is(again.errno, 0);
      assert.is(again.log[again.log.length - 1], UP);
      assert.is(sim.crash, undefined);
      core.parts.events.crashed({ type: CrashType.mmufault, reason: 'third', stack: [] });
      sim.settle();
      assert.equal(bench.lines(), ['crash detected in m4: type mmufault', 'handling crash #2 in m4']);
      assert.is(sim.crash?.reason, 'third');
    }),
  );
}

test(
  '10 start in crashed: returns 0, power 2, nothing happens',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    bench.core.parts.events.crashed({ type: CrashType.fatal, reason: 'x', stack: [] });
    bench.sim.settle();
    bench.lines();
    assert.equal(await bench.start(), { errno: 0, log: [] });
    assert.is(bench.sim.rproc.power, 2);
    assert.is(await bench.sim.stop(), 0);
    assert.is(bench.sim.rproc.state, 'crashed');
  }),
);

test(
  '11 a crash that is reported when the core is offline is ignored',
  deadline(LIMIT, async () => {
    const { bench } = await bootTable([]);
    await bench.sim.stop();
    bench.lines();
    bench.core.parts.events.crashed({ type: CrashType.fatal, reason: 'late', stack: [] });
    bench.sim.settle();
    assert.is(bench.sim.rproc.state, 'offline');
    assert.equal(bench.lines(), ['crash detected in m4: type fatal error']);
  }),
);

test.run();
