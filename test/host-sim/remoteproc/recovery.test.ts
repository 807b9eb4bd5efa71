/** linux-remoteproc.md section 11: crashes and recoveries by booting again. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { kernelVersions } from '../../../host-sim/kernel.js';
import { rprocTriggerRecovery } from '../../../host-sim/remoteproc/crash.js';
import { vringSize } from '../../../runtime/abi/vring.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { AT, booted, DATA, HANDLED, VIRTIO } from '../../support/recovery-bench.js';
import { type Bench, vdevState } from '../../support/sim-boot.js';
import { carveout, image, table, trace, vdev } from '../../support/sim-images.js';

const LIMIT = 5000;
for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 10 and 11: a crash, its handling, the recovery: log and calls (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, rproc } = await booted({ kernel });
      const log = await bench.crash();
      assert.equal(log, [
        ...HANDLED,
        'recovering m4',
        'stopped remote processor m4',
        ...VIRTIO,
        'remote processor m4 is now up',
      ]);
      assert.equal(bench.core.calls, ['stop', 'start', 'kick 0']);
      assert.equal([rproc.state, rproc.power, rproc.crashCount], ['running', 1, 1]);
      assert.is(bench.sim.crash, undefined);
    }),
  );

  test(
    `linux-remoteproc 11: the handler runs later, and counts from 1 across recoveries and stops (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, rproc } = await booted({ kernel });
      bench.core.parts.events.crashed({ type: 1, reason: 'x', stack: [] });
      assert.is(rproc.state, 'running');
      assert.equal(bench.lines(), ['crash detected in m4: type watchdog']);
      await bench.sim.run(() => false, 0);
      await bench.crash();
      await bench.sim.stop();
      await bench.sim.start();
      bench.lines();
      assert.is((await bench.crash())[1], 'handling crash #3 in m4');
    }),
  );
}

test(
  'linux-remoteproc 11: types by name, unknown ones as well; subdevices are told it crashed',
  deadline(LIMIT, async () => {
    // 6.12 does not stop a subdevice that came after the start.
    const { bench, rproc } = await booted({ kernel: '7.2' });
    const told: boolean[] = [];
    rproc.subdevs.unshift({ stop: (crashed) => told.push(crashed) });
    const names = new Map([
      [0, 'mmufault'],
      [1, 'watchdog'],
      [2, 'fatal error'],
      [3, 'unknown'],
      [4294967295, 'unknown'],
    ]);
    for (const [type, name] of names) {
      assert.is((await bench.crash(type))[0], `crash detected in m4: type ${name}`);
    }
    assert.equal(told, [true, true, true, true, true]);
    await bench.sim.stop();
    assert.is(told.pop(), false);
  }),
);

test(
  'linux-remoteproc 11: only the first crash counts: reports before the handler runs, and while it is crashed',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted({ recovery: false });
    const report = (reason: string) => bench.core.parts.events.crashed({ type: 2, reason, stack: [] });
    report('first');
    report('second');
    await bench.sim.run(() => false, 0);
    report('third');
    await bench.sim.run(() => false, 0);
    const detected = HANDLED[0];
    assert.equal(bench.lines(), [detected, detected, HANDLED[1], detected]);
    assert.is(rproc.crashCount, 1);
    assert.is(bench.sim.crash?.reason, 'first');
    assert.equal(
      rproc.crashReports.map(({ reason }) => reason),
      ['first', 'second', 'third'],
    );
  }),
);

test(
  'linux-remoteproc 11: a crash of a core that is offline is told and ignored, also when it was not when it crashed',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted();
    bench.core.onStop = () => bench.core.parts.events.crashed({ type: 2, reason: 'x', stack: [] });
    await bench.sim.stop();
    await bench.sim.run(() => false, 0);
    assert.equal(bench.lines(), [HANDLED[0], 'stopped remote processor m4']);
    assert.equal(await bench.crash(), [HANDLED[0]]);
    assert.is(rproc.state, 'offline');
    assert.is(rproc.crashCount, 0);
  }),
);

for (const kernel of kernelVersions) {
  test(
    `linux-remoteproc 11: deleting: the report is ${kernel === '6.1' ? 'queued' : 'ignored'} (${kernel})`,
    deadline(LIMIT, async () => {
      const { bench, rproc } = await booted({ kernel, recovery: false });
      bench.core.onStop = () => bench.core.parts.events.crashed({ type: 2, reason: 'late', stack: [] });
      assert.is(await bench.sim.processors[0].remove(), 0);
      await bench.sim.run(() => false, 0);
      const log = bench.lines();
      assert.is(log.includes(HANDLED[0]), kernel === '6.1');
      assert.is(rproc.crashReports.length, kernel === '6.1' ? 1 : 0);
      bench.core.onStop = () => {};
      // 6.1 goes on to handle it: its state is neither crashed nor offline.
      assert.is(rproc.state, kernel === '6.1' ? 'crashed' : 'offline');
    }),
  );
}

test(
  'linux-remoteproc 11: a recovery needs the state crashed',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted();
    for (const state of ['running', 'offline', 'attached', 'detached', 'suspended'] as const) {
      rproc.state = state;
      assert.is(await rprocTriggerRecovery(rproc), 0);
      assert.is(rproc.state, state);
    }
    assert.equal(bench.lines(), []);
    assert.equal(bench.core.calls, []);
  }),
);

test(
  'linux-remoteproc 11: recovery loads segments and table again, keeps carveouts, ids and boot address, prepares nothing',
  deadline(LIMIT, async () => {
    const { bench, rproc } = await booted({ entry: 0x10000041 });
    const { carveouts, cachedTable, vrings } = rproc;
    const ids = [...vrings.keys()];
    rproc.ops.prepare = rproc.ops.unprepare = () => assert.unreachable() as never;
    rproc.ops.parseFw = () => assert.unreachable() as never;
    bench.at(0x10002000, 16).fill(0xee);
    // The last byte of vring 0, which nobody else writes.
    const marker = () => bench.atPa(0x30060000 + vringSize(4, 16) - 1, 1);
    marker()[0] = 0xee;
    const live = bench.at(AT, 400);
    live.fill(0xdd, 24, 28);
    const states: unknown[] = [];
    bench.core.onStart = () => {
      states.push(vdevState(bench.at(AT, 400), 2), [...bench.at(0x10002000, 16)]);
      // The rings are zeroed when the driver probes again, not before.
      states.push(marker()[0]);
      states.push([...bench.at(AT, 400).subarray(0, cachedTable!.length)]);
    };
    await bench.crash();
    const [vring0, vring1] = [0, 1].map((notifyid) => ({ da: 0xffffffff, notifyid, pa: 0 }));
    assert.equal(states, [
      { status: 0, gfeatures: 0, vrings: [vring0, vring1] },
      [1, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      0xee,
      [...cachedTable!],
    ]);
    assert.is(marker()[0], 0);
    assert.is(rproc.carveouts, carveouts);
    assert.is(rproc.cachedTable, cachedTable);
    assert.equal([...rproc.vrings.keys()], ids);
    assert.is(bench.core.started?.bootAddr, 0x10000041n);
    assert.is(bench.sim.virtio.devices[0].name, 'virtio0');
  }),
);

test(
  'linux-remoteproc 11: a file with another table and entry: read, but neither checked nor parsed',
  deadline(LIMIT, async () => {
    const { bench, rproc, file } = await booted({ entry: 0x10000041 });
    const old = rproc.cachedTable!.slice();
    const longer = table([carveout('b'), carveout('c'), carveout('d'), trace(0x10001000, 64), vdev()]);
    for (const bytes of [table([]), longer, table([vdev(), trace(0, 0, 7)])]) {
      const data = { ...DATA, data: Uint8Array.from([9]) };
      const changed = image({ table: bytes, entry: 0x10000081, segments: [data] });
      bench.sim.setFirmware('fw.elf', changed);
      const log = await bench.crash();
      assert.is(log.at(-1), 'remote processor m4 is now up');
      assert.is(bench.core.started?.bootAddr, 0x10000041n);
      assert.is(bench.core.started?.image, changed);
      assert.is(bench.at(0x10002000, 1)[0], 9);
      assert.is(vdevState(bench.at(AT, 400), 2).status, 7);
      assert.equal(rproc.cachedTable, old);
      assert.is(rproc.findCarveoutByName('b'), undefined);
    }
    await bench.sim.stop();
    bench.lines();
    bench.sim.setFirmware('fw.elf', image({ table: longer }));
    assert.is(await bench.sim.start(), 0);
    assert.ok(rproc.findCarveoutByName('b'), 'a boot reads the new one');
    assert.ok(file.length > 0);
  }),
);

test(
  'linux-remoteproc 11: no sanity check: an image of the wrong byte order is loaded as it is',
  deadline(LIMIT, async () => {
    const { bench, file } = await booted();
    const wrong = file.slice();
    wrong[5] = 2;
    bench.sim.setFirmware('fw.elf', wrong);
    assert.is((await bench.crash()).at(-1), 'remote processor m4 is now up');
    await bench.sim.stop();
    assert.is(await bench.sim.start(), -22);
  }),
);

const failures: [string, (bench: Bench) => void, string[], string][] = [
  [
    'stop',
    ({ sim }) => {
      sim.rproc.ops.stop = async () => -5;
    },
    ["can't stop rproc: -5"],
    'crashed',
  ],
  [
    'the file',
    ({ sim }) => sim.firmware.files.clear(),
    [
      'stopped remote processor m4',
      'Direct firmware load for fw.elf failed with error -2',
      'request_firmware failed: -2',
    ],
    'offline',
  ],
  [
    'the segments',
    ({ sim }) => sim.setFirmware('fw.elf', image({ segments: [{ at: 4, memsz: 4 }] })),
    ['stopped remote processor m4', 'bad phdr da 0x4 mem 0x4', 'Failed to load program segments: -22'],
    'offline',
  ],
  [
    'start',
    ({ sim }) => {
      sim.rproc.ops.start = async () => -110;
    },
    ['stopped remote processor m4', "can't start rproc m4: -110"],
    'offline',
  ],
  [
    'a subdevice',
    ({ sim }) => {
      sim.rproc.subdevs.unshift({ start: () => -19 });
    },
    ['stopped remote processor m4', 'failed to probe subdevices for m4: -19'],
    'offline',
  ],
];
for (const [what, breakIt, lines, state] of failures) {
  test(
    `linux-remoteproc 11: recovery fails at ${what}: state ${state}, power stays 1, nothing is cleaned up`,
    deadline(LIMIT, async () => {
      const { bench, rproc } = await booted();
      breakIt(bench);
      assert.equal(await bench.crash(), [...HANDLED, 'recovering m4', ...lines]);
      assert.equal([rproc.state, rproc.power], [state, 1]);
      assert.ok(rproc.carveouts.length > 0);
      assert.is(rproc.table?.bytes(), rproc.cachedTable);
    }),
  );
}

test(
  'linux-remoteproc 11: recovery disabled: it stays crashed until somebody says recover, or enables it',
  deadline(LIMIT, async () => {
    for (const [word, after] of [
      ['recover', 'disabled'],
      ['enabled', 'enabled'],
    ]) {
      const { bench, rproc } = await booted({ recovery: false });
      assert.equal(await bench.crash(), HANDLED);
      assert.equal(bench.core.calls, [], 'not even stopped');
      assert.is(await bench.write('recovery', 'disabled'), 8);
      assert.is(rproc.state, 'crashed');
      assert.is(await bench.write('recovery', word), word.length);
      assert.is(rproc.state, 'running');
      assert.is(bench.lines()[0], 'recovering m4');
      assert.is(bench.read('recovery'), `${after}\n`);
    }
  }),
);

test(
  'linux-remoteproc 11: the error of a recovery that a write triggers is swallowed',
  deadline(LIMIT, async () => {
    const { bench } = await booted({ recovery: false });
    await bench.crash();
    bench.sim.firmware.files.clear();
    assert.is(await bench.write('recovery', 'recover\n'), 8);
    assert.is(bench.lines().at(-1), 'request_firmware failed: -2');
  }),
);

test.run();
