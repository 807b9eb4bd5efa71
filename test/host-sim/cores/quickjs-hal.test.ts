/** What a program on the simulated core is given: hal, clock, chance, and what it is refused for. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findApp } from '../../../host-sim/cores/app.js';
import { SocMemory } from '../../../host-sim/soc/memory.js';
import { da, pa } from '../../../runtime/abi/address.js';
import { APP_KIND_BYTECODE, APP_MAGIC, AppHeader } from '../../../runtime/abi/app.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import {
  type AppFields,
  appBytes,
  appImage,
  kickCore,
  runApp,
  runImage,
  SCRATCH_DA,
} from '../../support/sim-app.js';

const LIMIT = 20_000;
const AT = `0x${SCRATCH_DA.toString(16)}`;

const refused: [string, AppFields, string][] = [
  [
    'bytecode without hashes',
    { kind: APP_KIND_BYTECODE },
    'program at physical address 0x30008000 is damaged: its header has 32 bytes of at least 64',
  ],
  [
    'an engine that nobody knows',
    { engine: 9 },
    'the program is for engine 9; this core runs QuickJS and what is made for Espruino',
  ],
  [
    'wrong header version',
    { version: 2 },
    'program at physical address 0x30008000 has header version 2, this core knows 1',
  ],
  ['damaged', { crc32: 1 }, 'program at physical address 0x30008000 is damaged: its CRC-32 does not match'],
  [
    'longer than what is loaded',
    { length: 0x100000 },
    'program at physical address 0x30008000 claims 1048576 bytes, more than is loaded',
  ],
  ['header shorter than a header', { header_len: 8 }, /claims|damaged/ as never],
  ['no app', { magic: 0 }, 'no program found in loaded memory: the image holds none this core can run'],
];
for (const [name, fields, reason] of refused) {
  test(
    `refused with a clear reason: ${name}`,
    deadline(LIMIT, async () => {
      const { sim, errno, lines, said } = await runApp('say("ran");', { fields });
      assert.is(errno, 0);
      if (typeof reason === 'string') assert.is(sim.crash?.reason, reason);
      else assert.match(sim.crash!.reason, reason);
      assert.equal(lines().slice(2), [
        'crash detected in m4: type fatal error',
        'remote processor m4 is now up',
        'handling crash #1 in m4',
      ]);
      assert.equal(said, []);
      assert.is(await sim.stop(), 0);
    }),
  );
}

test(
  'no app segment at all; what is in the file but not loaded is not run',
  deadline(LIMIT, async () => {
    const bare = await runImage(appImage(undefined));
    assert.match(bare.sim.crash!.reason, /^no program found/);
    const file = new Uint8Array([...appImage(undefined), ...appBytes('throw 1;')]);
    const appended = await runImage(file);
    assert.match(appended.sim.crash!.reason, /^no program found/);
  }),
);

test(
  'findApp: 16-byte steps, the first intact program; damaged ones before it are told and passed over',
  deadline(LIMIT, () => {
    const memory = new SocMemory([{ da: da(0), pa: pa(0x1000), len: 0x4000 }]);
    const bytes = memory.bytes(pa(0x1000), 0x2000);
    bytes.set(appBytes('damaged', { crc32: 5 }), 0x100);
    bytes.set(appBytes('unaligned'), 0x208);
    const longer = appBytes('later', { header_len: AppHeader.size + 8 });
    bytes.set(longer.subarray(0, AppHeader.size), 0x310);
    bytes.set(longer.subarray(AppHeader.size), 0x310 + AppHeader.size + 8);
    bytes.set(appBytes('not reached'), 0x600);
    new DataView(bytes.buffer).setUint32(bytes.byteOffset + 0x1ff0, APP_MAGIC, true);
    const said: string[] = [];
    const app = findApp(memory, (what) => said.push(what));
    assert.is(Buffer.from(app!.payload).toString(), 'later');
    assert.equal(said, ['program at physical address 0x1100 is damaged: its CRC-32 does not match']);
    assert.is(
      findApp(new SocMemory([]), () => {}),
      undefined,
    );
  }),
);

test(
  'registers: widths, little endian, unaligned; memory() is the same live memory, by device address',
  deadline(LIMIT, async () => {
    const ran = await runApp(`
      hal.write32(${AT}, 0x80706050); hal.write16(${AT} + 5, 0xabcd); hal.write8(${AT} + 7, 300);
      say([hal.read8(${AT}), hal.read16(${AT} + 1), hal.read32(${AT} + 4), hal.read32(${AT})]);
      const w = hal.memory(${AT}, 16);
      const bytes = new Uint8Array(w.buffer, w.offset, 16);
      say(Array.from(bytes.subarray(0, 8)));
      say(hal.table.da + ' ' + hal.table.len);
      hal.onKick(() => say(bytes[12]));
    `);
    assert.equal(ran.said, [
      `80,28768,${0x2cabcd00},2154848336`,
      '80,96,112,128,0,205,171,44',
      '268435456 68',
    ]);
    assert.equal([...ran.sim.memory.bytes(pa(0x30004000), 8)], [80, 96, 112, 128, 0, 205, 171, 44]);
    ran.sim.memory.bytes(pa(0x3000400c), 1)[0] = 77;
    kickCore(ran);
    assert.is(ran.said[3], '77');
  }),
);

test(
  'kicks: each id once, in order of the ids, also 31, 32 and 127; only when the call has ended',
  deadline(LIMIT, async () => {
    const ran = await runApp(`
      hal.onKick(() => { for (const id of [127, 0, 32, 31, 32, 95, 0]) hal.kick(id); });
    `);
    const ids: number[] = [];
    const { rproc } = ran.sim;
    const vqInterrupt = rproc.vqInterrupt.bind(rproc);
    rproc.vqInterrupt = (id) => {
      ids.push(id);
      return vqInterrupt(id);
    };
    kickCore(ran);
    assert.equal(ids, [0, 31, 32, 95, 127]);
    assert.is(ran.sim.kicks.toHost, 5);
    kickCore(ran);
    assert.is(ids.length, 10);
  }),
);

test(
  'several kicks from Linux before the core runs are one call',
  deadline(LIMIT, async () => {
    const ran = await runApp('hal.onKick(() => say("kick"));');
    for (let i = 0; i < 5; i++) ran.sim.core.kick(i);
    ran.sim.settle();
    assert.equal(ran.said, ['kick']);
    kickCore(ran);
    assert.equal(ran.said, ['kick', 'kick']);
  }),
);

test(
  'log: any bytes, empty, and a view into a larger buffer',
  deadline(LIMIT, async () => {
    const { said } = await runApp(`
      const all = Uint8Array.from({ length: 256 }, (_, i) => i);
      hal.log(all); hal.log(new Uint8Array(0)); hal.log(all.subarray(65, 68));
      hal.log(new Uint8Array(100000).fill(120));
    `);
    assert.is(said.length, 4);
    assert.equal(
      [...Buffer.from(said[0], 'latin1')],
      Array.from({ length: 256 }, (_, i) => i),
    );
    assert.equal([said[1], said[2]], ['', 'ABC']);
    assert.is(said[3], 'x'.repeat(100000));
  }),
);

test(
  'alarm: once, at its time; set again, moved, taken back',
  deadline(LIMIT, async () => {
    const { sim, said } = await runApp(`
      hal.onAlarm(() => { say('alarm ' + Math.floor(hal.now())); if (hal.now() < 30) hal.setAlarm(hal.now() + 10); });
      hal.setAlarm(5); hal.setAlarm(20);
      hal.onKick(() => hal.setAlarm(Infinity));
    `);
    sim.runUntil(() => false, 100);
    assert.equal(said, ['alarm 20', 'alarm 30']);
    assert.is(
      sim.runUntil(() => said.length > 2, 1000),
      false,
    );
  }),
);

test(
  'now() begins at 0 with each start of the core and moves on while code runs',
  deadline(LIMIT, async () => {
    const { sim, said } = await runApp(`
      const begin = hal.now(); for (let i = 0; i < 200000; i++);
      say(begin < 1 && hal.now() > begin && hal.now() < 400);
    `);
    sim.runUntil(() => false, 5000);
    await sim.stop();
    await sim.start();
    assert.equal(said, ['true', 'true']);
  }),
);

async function chance(seed?: number): Promise<string[]> {
  const source = 'for (let i = 0; i < 5; i++) say(Math.random());';
  const { sim, said } = await runApp(source, { seed });
  await sim.stop();
  await sim.start();
  return said;
}

test(
  'Math.random: the same for a seed, in each start; others for another seed; in [0, 1)',
  deadline(LIMIT, async () => {
    const [one, again, two, none, zero] = [
      await chance(1),
      await chance(1),
      await chance(2),
      await chance(),
      await chance(0),
    ];
    assert.is(one.length, 10);
    assert.equal(one.slice(0, 5), one.slice(5));
    assert.equal(again, one);
    assert.equal(none, one);
    assert.not.equal(two, one);
    assert.is(new Set([...one, ...two]).size, 10);
    for (const text of [...one, ...two, ...zero]) assert.ok(Number(text) >= 0 && Number(text) < 1, text);
  }),
);

const dates: [string, string][] = [
  ['Date.now()', '1234'],
  ['new Date().getTime()', '1234'],
  ['typeof Date()', 'string'],
  ['Date()', 'Thu, 01 Jan 1970 00:00:01 GMT'],
  ['new Date(0).toString()', 'Thu, 01 Jan 1970 00:00:00 GMT'],
  ['new Date(2020, 1, 3, 4, 5).toISOString()', '2020-02-03T04:05:00.000Z'],
  ['new Date("2020-06-03T12:00:00").toISOString()', '2020-06-03T12:00:00.000Z'],
  ['new Date("2020-06-03T12:00:00+02:00").toISOString()', '2020-06-03T10:00:00.000Z'],
  ['Date.parse("2020-06-03T12:00:00")', `${Date.UTC(2020, 5, 3, 12)}`],
  ['new Date(2020, 5).getHours() + new Date(2020, 5).getDate()', '1'],
  ['new Date(2020, 5).getTimezoneOffset()', '0'],
  [
    '(() => { const d = new Date(0); d.setHours(5); d.setDate(2); return d.getTime(); })()',
    `${29 * 3600_000}`,
  ],
  ['new Date(Date.UTC(2020, 5, 3, 23)).toDateString()', 'Wed Jun 03 2020'],
  ['new Date(Date.UTC(2020, 5, 3, 23)).toTimeString().slice(0, 8)', '23:00:00'],
  ['new Date(Date.UTC(2020, 10, 1, 1)).toDateString()', 'Sun Nov 01 2020'],
  ['new Date(Date.UTC(2020, 5, 3, 0, 30)).toLocaleString()', '06/03/2020, 12:30:00 AM'],
  ['new Date(Date.UTC(2020, 5, 3, 23)).toLocaleDateString()', '06/03/2020'],
  ['new Date(Date.UTC(2020, 5, 3, 23)).toLocaleTimeString()', '11:00:00 PM'],
  ['new Date("Jun 3 2020 12:00").toISOString()', '2020-06-03T12:00:00.000Z'],
  ['new Date("Jun 3 2020 12:00 GMT+0200").toISOString()', '2020-06-03T10:00:00.000Z'],
  ['new Date("2020-06-03").toISOString()', '2020-06-03T00:00:00.000Z'],
  ['new Date(new Date(0).toString()).getTime()', '0'],
  ['new Date(new Date(7)).getTime()', '7'],
  ['Date.parse("nonsense")', 'NaN'],
  ['new Date() instanceof Date', 'true'],
  ['new Date().constructor === Date', 'true'],
  ['Date.name + Date.length', 'Date7'],
  ['new Date(NaN).getTime()', 'NaN'],
  ['new (class Stamp extends Date {})(5).getTime()', '5'],
  ['JSON.stringify(new Date(0))', '"1970-01-01T00:00:00.000Z"'],
];
for (const zone of ['America/New_York', 'Asia/Kolkata']) {
  test(
    `Date is UTC on the virtual clock, wherever the simulator runs (${zone})`,
    deadline(LIMIT, async () => {
      const before = process.env.TZ;
      process.env.TZ = zone;
      try {
        const lines = dates.map(([source]) => `say(${source});`).join('\n');
        const ran = await runApp(`hal.onAlarm(() => {\n${lines}\n}); hal.setAlarm(1234.5);`);
        ran.sim.runUntil(() => false, 3000);
        assert.is(ran.sim.crash, undefined);
        for (const [i, [source, expected]] of dates.entries()) assert.is(ran.said[i], expected, source);
      } finally {
        if (before === undefined) delete process.env.TZ;
        else process.env.TZ = before;
      }
    }),
  );
}

test(
  'two systems do not touch each other; a later boot of the same program starts from nothing',
  deadline(LIMIT, async () => {
    const source = 'globalThis.n = (globalThis.n || 0) + 1; say(n); hal.onKick(() => say(++n));';
    const a = await runApp(source);
    const b = await runApp(source);
    kickCore(a);
    kickCore(a);
    kickCore(b);
    await a.sim.stop();
    await a.sim.start();
    kickCore(a);
    assert.equal(a.said, ['1', '2', '3', '1', '2']);
    assert.equal(b.said, ['1', '2']);
  }),
);

test(
  'a stopped core does nothing: no kick, no alarm',
  deadline(LIMIT, async () => {
    const ran = await runApp(
      'hal.onAlarm(() => say("alarm")); hal.onKick(() => say("kick")); hal.setAlarm(5);',
    );
    ran.sim.core.kick(0);
    // Not Simulation.stop(), which lets the core work until it has answered.
    await ran.sim.core.stop();
    ran.sim.core.kick(0);
    ran.sim.runUntil(() => false, 50);
    assert.equal(ran.said, []);
  }),
);

test.run();
