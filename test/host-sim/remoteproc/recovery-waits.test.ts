/** linux-remoteproc.md sections 11, 12 and 17: recoveries that attach, that wait for a coredump, or that others wait for. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DEVCD_TIMEOUT } from '../../../host-sim/devcoredump.js';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { AT, booted, entries, HANDLED, VIRTIO } from '../../support/recovery-bench.js';
import { Bench, vdevState } from '../../support/sim-boot.js';
import { image, table } from '../../support/sim-images.js';

const LIMIT = 5000;

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 10 and 11: ATTACH_ON_RECOVERY of an attached core: ${kernel === '6.12' ? 'everything anew' : 'the inner steps'} (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = new Bench({ detached: true, recovery: true, kernel });
      const bytes = table(entries);
      await bench.loaderStarts(image({ table: bytes }));
      await bench.start();
      const { rproc } = bench.sim;
      rproc.attachOnRecovery = true;
      const { carveouts } = rproc;
      let prepares = 0;
      const { prepare } = rproc.ops;
      rproc.ops.prepare = (one) => {
        prepares++;
        return prepare!(one);
      };
      bench.core.calls.length = 0;
      const log = await bench.crash();
      const handled = [...HANDLED, 'recovering m4', 'detached remote processor m4'];
      assert.equal(log, [...handled, ...VIRTIO, 'remote processor m4 is now attached']);
      assert.equal([rproc.state, rproc.power], ['attached', 1]);
      assert.equal(bench.core.calls, ['kick 0'], 'Linux neither stops nor starts it');
      const whole = kernel === '6.12';
      assert.is(prepares, whole ? 1 : 0);
      assert.is(rproc.carveouts === carveouts, !whole);
      // Elsewhere table_ptr is a copy from then on: the remote waits for a DRIVER_OK that never comes.
      assert.is(vdevState(bench.at(AT, bytes.length), 2).status, whole ? 7 : 0);
      assert.is(rproc.table?.bytes() === rproc.cachedTable, !whole);
    }),
  );

  test(
    `linux-remoteproc 11: ATTACH_ON_RECOVERY of a core that Linux booted: there is no clean table (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, rproc } = await booted({ kernel });
      rproc.attachOnRecovery = true;
      const log = await bench.crash();
      assert.equal(log.slice(2), [
        'recovering m4',
        'WARNING: at drivers/remoteproc/remoteproc_core.c rproc_reset_rsc_table_on_detach',
        "can't reset resource table: -22",
      ]);
      assert.is(rproc.state, 'crashed');
    }),
  );

  test(
    `linux-remoteproc 11: an attached core that crashes is booted from the file (${kernel})`,
    deadline(LIMIT, async () => {
      const bench = new Bench({ detached: true, recovery: true, kernel });
      const file = image({ table: table(entries) });
      await bench.loaderStarts(file);
      bench.sim.setFirmware('fw.elf', file);
      await bench.start();
      const log = await bench.crash();
      assert.equal(log.slice(2, 4), ['recovering m4', 'stopped remote processor m4']);
      assert.is(log.at(-1), 'remote processor m4 is now up');
      assert.is(bench.sim.rproc.state, 'running');
      assert.is(vdevState(bench.at(AT, 400), 2).status, 7);
    }),
  );
}

test(
  'linux-remoteproc 12: the coredump comes between stop and start, of memory as the crashed core left it',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted();
    rproc.dumpConf = 'enabled';
    const order: string[] = [];
    bench.core.onStop = () => order.push('stop');
    bench.core.onStart = () => {
      order.push(`start, ${bench.sim.devcoredump.devices.length} dumps`);
    };
    bench.at(0x10002000, 16).fill(0xee);
    await bench.crash();
    assert.equal(order, ['stop', 'start, 1 dumps']);
    const dump = bench.sim.devcoredump.devices[0].readAll() as Uint8Array;
    assert.is(dump[84 + 0x2000], 0xee);
    assert.is(bench.at(0x10002000, 1)[0], 1);
  }),
);

test(
  'linux-remoteproc 15: a coredump of the driver replaces the default one; none in a stop or where recovery is disabled',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted();
    rproc.dumpConf = 'enabled';
    const states: string[] = [];
    rproc.ops.coredump = async ({ state }) => {
      states.push(state);
    };
    await bench.crash();
    assert.equal(states, ['offline']);
    rproc.recoveryDisabled = true;
    await bench.crash();
    await bench.sim.stop();
    assert.equal(states, ['offline']);
    assert.equal(bench.sim.devcoredump.devices, []);
  }),
);

test(
  'linux-remoteproc 12: inline: recovery is blocked until the dump is freed; a stop waits for the lock',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted();
    const { sim } = bench;
    rproc.dumpConf = 'inline';
    assert.is((await bench.crash(2, 1000)).at(-1), 'stopped remote processor m4');
    assert.equal(bench.core.calls, ['stop']);
    let stopped: number | undefined;
    const stopping = sim.stop().then((errno) => {
      stopped = errno;
    });
    await sim.run(() => false, 1000);
    assert.is(stopped, undefined);
    const [{ path }] = sim.devcoredump.devices;
    assert.ok((sim.sysfs.readBytes(path) as Uint8Array).length > 84);
    assert.match(bench.lines().join(), /^Ramdump done, \d+ bytes read$/);
    assert.is(await sim.sysfs.write(path, '1'), 1);
    await stopping;
    assert.is(stopped, 0);
    assert.equal(bench.core.calls, ['stop', 'start', 'kick 0', 'stop']);
    assert.equal([rproc.state, rproc.power], ['offline', 0]);
  }),
);

test(
  'linux-remoteproc 12: inline and nobody reads: recovery goes on after five minutes',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted();
    rproc.dumpConf = 'inline';
    const { scheduler } = bench.sim;
    const begin = scheduler.now;
    await bench.crash(2, DEVCD_TIMEOUT - 1);
    assert.is(rproc.state, 'offline');
    await bench.sim.run(() => rproc.state === 'running', 10);
    assert.is(rproc.state, 'running');
    assert.is(scheduler.now - begin, 5 * 60 * 1000);
    assert.equal(bench.sim.devcoredump.devices, []);
  }),
);

test(
  'linux-remoteproc 11: a report during a recovery is handled after it, as a work item that is queued again',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted();
    rproc.dumpConf = 'inline';
    await bench.crash();
    assert.equal(await bench.crash(), [HANDLED[0]]);
    assert.is(rproc.crashCount, 1);
    rproc.dumpConf = 'disabled';
    bench.sim.devcoredump.devices[0].remove();
    await bench.sim.run(() => false, 0);
    assert.is(rproc.crashCount, 2);
    assert.equal([rproc.state, bench.lines().at(-1)], ['running', 'remote processor m4 is now up']);
  }),
);

test(
  'linux-remoteproc 11: no signal ends the wait of the crash handler for the lock',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted({ recovery: false });
    assert.ok(rproc.lock.tryLock());
    await bench.crash();
    rproc.lock.interrupt();
    await bench.sim.run(() => false, 0);
    assert.is(rproc.state, 'running');
    rproc.lock.unlock();
    await bench.sim.run(() => false, 0);
    assert.is(rproc.state, 'crashed');
  }),
);

test.run();
