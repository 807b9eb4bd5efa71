/** trace-events.ts: the format's rules, what the tracks hold, and that all of the run is there. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../../boards/virt-m4.js';
import { virtRv32 } from '../../../boards/virt-rv32.js';
import { clientSample, RpmsgCapture, Simulation, TraceRecorder } from '../../../host-sim/index.js';
import { rpmsgVdev, trace } from '../../../sdk/config/resources/index.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { bareImage } from '../../support/firmware.js';
import { RecordingDriver, rpmsgBench } from '../../support/sim-rpmsg.js';
import { type Event, faultsOf, parseTrace, type Trace } from '../../support/trace-rules.js';

const LIMIT = 20_000;

function recorded(recorder: TraceRecorder): readonly Event[] {
  const parsed = parseTrace(recorder.bytes());
  assert.equal(faultsOf(parsed), []);
  return parsed.traceEvents;
}

/** One word or two for each event that is not metadata, indented by the slices around it. */
function outline(events: readonly Event[]): string[] {
  const names = new Map(
    events
      .filter(({ ph, name }) => ph === 'M' && name === 'thread_name')
      .map(({ tid, args }) => [tid, args!.name]),
  );
  return events
    .filter(({ ph }) => ph !== 'M')
    .map(({ ph, ts, tid, name, id, args }) => {
      const track = ph === 'C' ? '' : ` ${names.get(tid)}:`;
      const what =
        ph === 'C' ? ` ${name} ${args!.available}/${args!.used}` : name === undefined ? '' : ` ${name}`;
      return `${ts} ${ph}${track}${what}${id === undefined ? '' : ` #${id}`}`;
    });
}

test(
  'a run event by event',
  deadline(LIMIT, async () => {
    const recorder = new TraceRecorder();
    const driver = new RecordingDriver('d', 'svc');
    const { bench, remote } = await rpmsgBench({ recorders: [recorder], drivers: [driver] });
    const { events } = bench.core.parts;
    bench.sim.scheduler.elapse(0.5);
    events.entered!('kick');
    bench.sim.scheduler.elapse(0.01);
    remote.announce('svc', 0x700);
    events.left!();
    assert.is(driver.channels[0].ept!.sendto(Uint8Array.of(1, 2, 3), 0x700), 0);
    bench.sim.scheduler.elapse(0.000001);
    events.entered!('kick');
    events.crashed({ type: 2, reason: 'no more', stack: ['at main (src/main.ts:1:1)'] });
    events.left!();
    bench.sim.settle();
    const all = outline(recorded(recorder));
    const from = all.findIndex((line) => line.startsWith('500 '));
    assert.equal(all.slice(0, from), [
      '0 i kernel log: remoteproc remoteproc0: m4 is available',
      '0 b remoteproc0: start #0.1',
      '0 i kernel log: remoteproc remoteproc0: powering up m4',
      all[3],
      '0 i kernel log: rproc-virtio rproc-virtio.0.auto: assigned reserved memory node vdev0buffer@30068000',
      '0 B remoteproc0: kick vdev0vring0',
      '0 s remoteproc0: kick #1',
      '0 E remoteproc0:',
      '0 C vdev0vring0 4/0',
      '0 i kernel log: virtio_rpmsg_bus virtio0: rpmsg host is online',
      '0 i kernel log: rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)',
      '0 i kernel log: remoteproc remoteproc0: remote processor m4 is now up',
      '0 e remoteproc0: start #0.1',
    ]);
    assert.equal(all.slice(from), [
      '500 B m4 core: kick',
      '500 f m4 core: kick #1',
      '510 B m4 core: kick vdev0vring0',
      '510 s m4 core: kick #2',
      '510 E m4 core:',
      '510 C vdev0vring0 3/1',
      '510 B remoteproc0: interrupt vdev0vring0',
      '510 f remoteproc0: kick #2',
      '510 i remoteproc0: message from firmware',
      '510 i kernel log: virtio_rpmsg_bus virtio0: creating channel svc addr 0x700',
      '510 B remoteproc0: kick vdev0vring0',
      '510 s remoteproc0: kick #3',
      '510 E remoteproc0:',
      '510 C vdev0vring0 4/0',
      '510 E remoteproc0:',
      '510 E m4 core:',
      '510 i remoteproc0: message to firmware',
      '510 B remoteproc0: kick vdev0vring1',
      '510 s remoteproc0: kick #4',
      '510 E remoteproc0:',
      '510 C vdev0vring1 1/0',
      '510.001 B m4 core: kick',
      // One run of the core answers both.
      '510.001 f m4 core: kick #3',
      '510.001 f m4 core: kick #4',
      '510.001 i m4 core: crash: no more',
      '510.001 i kernel log: remoteproc remoteproc0: crash detected in m4: type fatal error',
      '510.001 E m4 core:',
      '510.001 i kernel log: remoteproc remoteproc0: handling crash #1 in m4',
    ]);
  }),
);

test(
  'messages and crashes say what they are',
  deadline(LIMIT, async () => {
    const recorder = new TraceRecorder();
    const driver = new RecordingDriver('d', 'svc');
    const { bench, remote } = await rpmsgBench({ recorders: [recorder], drivers: [driver] });
    remote.announce('svc', 0x700);
    driver.channels[0].ept!.sendto(Uint8Array.of(1, 2, 3), 0x700);
    remote.announce('svc', 0x700, 1);
    bench.core.parts.events.crashed({ type: 1, reason: 'stuck', stack: ['a', 'b'] });
    const events = recorded(recorder);
    const args = (cat: string) => events.filter((event) => event.cat === cat).map((event) => event.args);
    const host = { device: 'virtio0', src: '0x700', dst: '0x35', len: 40, flags: 0 };
    assert.equal(args('rpmsg'), [
      { ...host, creates: 'svc', addr: '0x700' },
      { device: 'virtio0', src: '0x400', dst: '0x700', len: 3, flags: 0 },
      { ...host, destroys: 'svc', addr: '0x700' },
    ]);
    assert.equal(args('crash'), [{ stack: ['a', 'b'] }]);
    const levels = events.filter(({ cat }) => cat === 'log').map((event) => event.args!.level);
    assert.equal(
      levels,
      bench.sim.kernel.log.lines.map(({ level }) => level),
    );
  }),
);

test(
  'what is not over when the recording ends is closed, and can go on',
  deadline(LIMIT, async () => {
    const recorder = new TraceRecorder();
    const { bench } = await rpmsgBench({ recorders: [recorder] });
    const { events } = bench.core.parts;
    events.entered!('alarm');
    const once = recorder.bytes();
    recorded(recorder);
    assert.equal(recorder.bytes(), once);
    events.left!();
    const ends = (from: readonly Event[]) => from.filter(({ ph }) => ph === 'E').length;
    assert.is(ends(recorded(recorder)), ends(parseTrace(once).traceEvents));
    // The core starts anew: kicks of its former life lead nowhere.
    events.entered!('start');
    events.left!();
    events.entered!('kick');
    events.left!();
    assert.is(recorded(recorder).filter(({ ph }) => ph === 'f').length, 0);
  }),
);

/** Firmware over the bare hal: kicks vring 0 for each kick it gets, three times, and once from a timer. */
const KICKER = `
const hal = globalThis.__rproc_hal;
let left = 3;
hal.onKick(() => { if (left-- > 0) { hal.kick(0); hal.kick(0); } });
hal.onAlarm(() => hal.kick(7));
hal.setAlarm(hal.now() + 5);
`;

test(
  'a core that runs code: each of its runs, and kicks that are counted alike',
  deadline(LIMIT, async () => {
    const recorder = new TraceRecorder();
    const messages = new RpmsgCapture({ os: 'Linux', application: 'test' });
    const sim = new Simulation({ board: virtM4, recorders: [recorder, messages] });
    sim.registerDriver(clientSample(sim.kernel.log, () => {}));
    const { elf } = await bareImage(virtM4, [trace({ size: 4096 }), rpmsgVdev({ num: 8 })], KICKER);
    sim.setFirmware('fw.elf', elf);
    assert.is(await sim.start(), 0);
    sim.runUntil(() => false, 10);
    sim.core.kick(1);
    sim.core.kick(1);
    sim.settle();
    assert.is(await sim.stop(), 0);
    const events = recorded(recorder);
    const count = (pick: (event: Event) => boolean) => events.filter(pick).length;
    const kicks = (pid: number) => count((one) => one.ph === 'B' && one.cat === 'kick' && one.pid === pid);
    assert.equal({ toRemote: kicks(1), toHost: kicks(2) }, { ...sim.kicks });
    assert.ok(sim.kicks.toRemote > 0 && sim.kicks.toHost > 1, JSON.stringify(sim.kicks));
    const runs = events.filter(({ ph, cat }) => ph === 'B' && cat === 'remote').map(({ name }) => name);
    assert.equal(runs, ['start', 'kick', 'alarm', 'kick', 'request']);
    assert.is(
      count(({ cat }) => cat === 'log'),
      sim.kernel.log.lines.length,
    );
    assert.is(
      count(({ name }) => name === 'interrupt notifyid 7'),
      1,
    );
    // Entering the program takes virtual time.
    const start = events.findIndex(({ ph, cat }) => ph === 'B' && cat === 'remote');
    const end = events.find(({ ph, tid }, i) => i > start && ph === 'E' && tid === events[start].tid)!;
    assert.is(end.ts - events[start].ts, 10);
  }),
);

/** Firmware that dies of its first kick. */
const MORTAL = `
const hal = globalThis.__rproc_hal;
hal.onKick(() => { throw new Error('hit'); });
`;

test(
  'two processors: tracks of their own, and one of them is recovered',
  deadline(LIMIT, async () => {
    const recorder = new TraceRecorder();
    const sim = new Simulation({ board: virtM4, recorders: [recorder] });
    const second = sim.addProcessor({ board: virtRv32, recovery: true });
    const parts = [trace({ size: 4096 }), rpmsgVdev({ num: 8 })];
    sim.setFirmware('a.elf', (await bareImage(virtM4, parts, KICKER)).elf);
    second.setFirmware('b.elf', (await bareImage(virtRv32, parts, MORTAL)).elf);
    assert.equal([await sim.start(), await second.start()], [0, 0]);
    await sim.run(() => second.rproc.crashCount > 2, 10);
    assert.equal([await second.stop(), await sim.stop()], [0, 0]);
    const events = recorded(recorder);
    const threads = events
      .filter(({ name }) => name === 'thread_name')
      .map(({ tid, args }) => [tid, args!.name]);
    assert.equal(threads, [
      [1, 'kernel log'],
      [2, 'remoteproc0'],
      [3, 'm4 core'],
      [4, 'remoteproc1'],
      [5, `${second.rproc.name} core`],
    ]);
    const names = (ph: string, tid: number, cat: string) =>
      events.filter((one) => one.ph === ph && one.tid === tid && one.cat === cat).map(({ name }) => name);
    assert.equal(names('b', 2, 'task'), ['start', 'stop']);
    assert.equal(names('b', 4, 'task'), ['start', 'stop']);
    assert.is(names('i', 3, 'crash').length, 0);
    // The last life may have died while Linux waited for its answer before the stop: reported, and nobody's to handle.
    assert.is(names('i', 5, 'crash').length, second.rproc.crashReports.length);
    // Each life begins with a start and ends with the kick that Linux sends when its driver is ready.
    const lives = names('B', 5, 'remote');
    assert.equal(
      lives,
      lives.map((_, i) => (i % 2 === 0 ? 'start' : 'kick')),
    );
    assert.ok(lives.length >= 6, String(lives.length));
    for (const [i, { kicks }] of [sim.processors[0], second].entries()) {
      const sent = {
        toRemote: names('B', 2 + 2 * i, 'kick').length,
        toHost: names('B', 3 + 2 * i, 'kick').length,
      };
      assert.equal(sent, { ...kicks });
    }
  }),
);

test('without recorders nothing is told: Linux and core have nobody to tell it to', async () => {
  const { bench } = await rpmsgBench();
  assert.is(bench.sim.kernel.recorder, undefined);
  assert.is(bench.core.parts.events.entered, undefined);
});

test('more events than one portion, and text of all kinds', () => {
  const recorder = new TraceRecorder();
  for (let i = 0; i < 20_000; i++)
    recorder.log({ time: i / 1000, level: 'info', text: `line ${i} "é\n\u{1f600}` });
  const events = recorded(recorder).filter(({ ph }) => ph === 'i');
  assert.is(events.length, 20_000);
  assert.is(events[19_999].name, 'line 19999 "é\n\u{1f600}');
  assert.is(events[19_999].ts, 19_999);
});

/** Each of these breaks a good trace in one way. */
const mutations: readonly (readonly [string, RegExp, (events: any[]) => unknown])[] = [
  ['an end is missing', /has no end/, (events) => remove(events, ({ ph, tid }) => ph === 'E' && tid === 2)],
  [
    'a begin is missing',
    /ends what did not begin|no slice/,
    (events) => remove(events, ({ ph }) => ph === 'B'),
  ],
  ['a task has no end', /has no end/, (events) => remove(events, ({ ph }) => ph === 'e')],
  ['a task has no begin', /did not begin/, (events) => remove(events, ({ ph }) => ph === 'b')],
  ['an arrow has no target', /leads nowhere/, (events) => remove(events, ({ ph }) => ph === 'f')],
  ['an arrow has no source', /the flow did not begin/, (events) => remove(events, ({ ph }) => ph === 's')],
  ['a track has no name', /has no name/, (events) => remove(events, ({ name }) => name === 'thread_name')],
  ['time goes back', /back in time/, (events) => (events.at(-1).ts = -1)],
  ['a phase is unknown', /unknown phase/, (events) => (events.find(({ ph }) => ph === 'i').ph = 'I')],
  ['a counter is text', /value/, (events) => (events.find(({ ph }) => ph === 'C').args.used = '1')],
  ['an instant has no scope', /scope/, (events) => (events.find(({ ph }) => ph === 'i').s = undefined)],
  [
    'one thread id in two processes',
    /other|another/,
    (events) => (events.find(({ ph }) => ph === 'i').pid = 9),
  ],
];

function remove(events: any[], which: (event: any) => boolean): void {
  events.splice(events.findIndex(which), 1);
}

for (const [name, expected, mutate] of mutations) {
  test(
    `the judge sees it when ${name}`,
    deadline(LIMIT, async () => {
      const recorder = new TraceRecorder();
      const { bench, remote } = await rpmsgBench({ recorders: [recorder] });
      bench.core.parts.events.entered!('kick');
      remote.announce('svc', 7);
      bench.core.parts.events.left!();
      const good = parseTrace(recorder.bytes());
      assert.equal(faultsOf(good), []);
      const bad = structuredClone(good) as Trace & { traceEvents: any[] };
      mutate(bad.traceEvents);
      assert.match(faultsOf(bad).join('\n'), expected);
    }),
  );
}

test.run();
