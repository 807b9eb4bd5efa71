/** Everything a program can do wrong is a crash state of the core, never an exception of the simulator. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import { CrashType } from '../../../host-sim/cores/core.js';
import { deadline } from '../../../sdk/testing/deadline.js';
import { kickCore, type Ran, runApp, SCRATCH_DA } from '../../support/sim-app.js';

const LIMIT = 30_000;
const MARK = 0x4b4f;

/** Writes a mark that must still be there after the crash. */
const MARKED = `hal.write32(0x${SCRATCH_DA.toString(16)}, ${MARK});\n`;

interface Fault {
  readonly name: string;
  readonly source: string;
  readonly type?: CrashType;
  readonly reason: string | RegExp;
  /** In the first stack line. */
  readonly stack?: RegExp;
  /** What makes it happen; the boot itself when left out. */
  readonly by?: 'kick' | 'alarm';
  /** False: not a line of it runs. */
  readonly parses?: false;
}

/** A short watchdog: a virtual ms of endless loop is about a real one. */
const board: Board = { ...virtM4, watchdogMs: 40 };
const WATCHDOG = `watchdog: ran ${board.watchdogMs} ms without returning`;
const WATCHDOG_TYPE = CrashType.watchdog;
const OUT_OF_MEMORY = /out of memory/;
const DEEP = /stack overflow|Maximum call stack size exceeded|engine fault/;

const faults: Fault[] = [
  { name: 'throws an Error', source: 'throw new TypeError("bad thing");', reason: 'TypeError: bad thing' },
  { name: 'throws an Error without a message', source: 'throw new Error();', reason: /^Error/ },
  { name: 'throws text', source: 'throw "text";', reason: 'thrown: "text"' },
  { name: 'throws undefined', source: 'throw undefined;', reason: /^thrown: / },
  { name: 'throws an object', source: 'throw { code: 5 };', reason: 'thrown: {"code":5}' },
  { name: 'throws a BigInt', source: 'throw 5n;', reason: 'thrown: 5n' },
  { name: 'throws a symbol', source: 'throw Symbol("s");', reason: /^thrown: / },
  { name: 'throws a function', source: 'throw () => 1;', reason: /./ },
  {
    name: 'throws a circular object',
    source: 'const a = {}; a.a = a; throw a;',
    reason: /^thrown: /,
  },
  {
    name: 'throws an object whose getters throw',
    source: 'throw { get message() { throw 1; }, toJSON() { throw 2; } };',
    reason: /./,
  },
  { name: 'does not parse', source: 'let let = (;', reason: /^SyntaxError/, parses: false },
  { name: 'nests too deep to parse', source: '['.repeat(200_000), reason: /^engine fault/, parses: false },
  {
    name: 'no such memory',
    source: 'hal.read32(0x50000000);',
    reason: /^RangeError: no memory at device address 0x50000000, 4 bytes/,
  },
  {
    name: 'calls hal.crash',
    source: 'hal.crash("own reason", ""); say("not reached");',
    reason: 'own reason',
  },
  {
    name: 'throws in a kick handler',
    source: 'hal.onKick(function handler() { throw new Error("in kick"); });',
    reason: 'Error: in kick',
    stack: /handler/,
    by: 'kick',
  },
  {
    name: 'throws in an alarm',
    source: 'hal.onAlarm(function due() { throw new Error("in alarm"); }); hal.setAlarm(25);',
    reason: 'Error: in alarm',
    stack: /due/,
    by: 'alarm',
  },
  {
    name: 'throws in jobsDone',
    source: 'hal.onJobsDone(() => { throw new Error("in jobs done"); }); Promise.resolve().then(() => {});',
    reason: 'Error: in jobs done',
  },
  { name: 'endless loop', source: 'for (;;) {}', type: WATCHDOG_TYPE, reason: WATCHDOG },
  {
    name: 'endless loop that catches everything',
    source: 'for (;;) { try { for (;;) {} } catch (e) {} finally { continue; } }',
    type: WATCHDOG_TYPE,
    reason: WATCHDOG,
  },
  {
    name: 'endless loop in a kick handler',
    source: 'hal.onKick(() => { for (;;) {} });',
    type: WATCHDOG_TYPE,
    reason: WATCHDOG,
    by: 'kick',
  },
  {
    name: 'endless loop in an alarm',
    source: 'hal.onAlarm(() => { while (true) Math.random(); }); hal.setAlarm(1);',
    type: WATCHDOG_TYPE,
    reason: WATCHDOG,
    by: 'alarm',
  },
  {
    name: 'endless chain of promise jobs',
    source: 'const next = () => { Promise.resolve().then(next); }; next();',
    type: WATCHDOG_TYPE,
    reason: WATCHDOG,
  },
  {
    name: 'endless recursion',
    source: 'const f = () => f() + 1; f();',
    reason: DEEP,
  },
  {
    name: 'endless recursion through a native function',
    source: 'const f = () => [1].map(f); f();',
    reason: DEEP,
  },
  {
    name: 'endless recursion in a getter',
    source: 'const o = { get x() { return this.x; } }; o.x;',
    reason: DEEP,
  },
  {
    name: 'heap exhaustion by arrays',
    source: 'const all = []; for (;;) all.push(new Uint8Array(10000));',
    reason: OUT_OF_MEMORY,
  },
  {
    name: 'heap exhaustion by text',
    source: 'let s = "x"; for (;;) s += s;',
    reason: /out of memory|string too long/,
  },
  {
    name: 'heap exhaustion by small objects',
    source: 'let list; for (;;) list = { list };',
    reason: OUT_OF_MEMORY,
  },
  {
    name: 'heap exhaustion in a kick handler',
    source: 'const all = []; hal.onKick(() => { for (;;) all.push({ a: 1 }); });',
    reason: OUT_OF_MEMORY,
    by: 'kick',
  },
  {
    name: 'one impossible allocation',
    source: 'new Uint8Array(0x7fffffff);',
    reason: OUT_OF_MEMORY,
  },
  { name: 'deep JSON', source: 'JSON.parse("[".repeat(1000000));', reason: DEEP },
  {
    name: 'deep JSON text of an object',
    source: 'let o = {}; for (let i = 0; i < 20000; i++) o = { o }; JSON.stringify(o);',
    reason: DEEP,
  },
  {
    name: 'a catastrophic regular expression',
    source: '/^(a+)+$/.test("a".repeat(40) + "b");',
    type: WATCHDOG_TYPE,
    reason: WATCHDOG,
  },
];

function provoke(ran: Ran, by: Fault['by']): void {
  assert.is(ran.sim.crash, undefined);
  if (by === 'kick') kickCore(ran);
  else ran.sim.runUntil(() => false, 100);
  ran.sim.settle();
}

for (const { name, source, type = CrashType.fatal, reason, stack, by, parses = true } of faults) {
  test(
    `${name}: a crash, memory stays readable, the next start works`,
    deadline(LIMIT, async () => {
      const ran = await runApp(MARKED + source, { board });
      const { sim, lines } = ran;
      assert.is(ran.errno, 0);
      const before = sim.scheduler.now;
      if (by) provoke(ran, by);
      assert.is(sim.rproc.state, 'crashed');
      const crash = sim.crash!;
      if (typeof reason === 'string') assert.is(crash.reason, reason);
      else assert.match(crash.reason, reason);
      assert.is(crash.type, type);
      if (stack) assert.match(crash.stack[0] ?? '', stack);
      if (type === CrashType.watchdog) {
        const took = sim.scheduler.now - (by ? before : 0);
        assert.ok(took >= board.watchdogMs && took < board.watchdogMs + 120, `${took}`);
      }
      const kind = type === CrashType.watchdog ? 'watchdog' : 'fatal error';
      assert.equal(
        lines().filter((line) => /crash/.test(line)),
        [`crash detected in m4: type ${kind}`, 'handling crash #1 in m4'],
      );
      assert.equal([...sim.memory.bytesAtDa(SCRATCH_DA, 2)!], parses ? [0x4f, 0x4b] : [0, 0]);
      assert.equal(ran.said, []);

      // A crashed core hears nothing.
      sim.core.kick(0);
      sim.runUntil(() => false, 1000);
      sim.settle();
      assert.is(sim.rproc.crashCount, 1);

      assert.is(await sim.stop(), 0);
      assert.is(await sim.start(), 0);
      if (by) {
        assert.is(sim.rproc.state, 'running');
        assert.is(sim.crash, undefined);
      } else {
        sim.settle();
        assert.is(sim.rproc.crashCount, 2);
      }
    }),
  );
}

const survived: [string, string, string[]][] = [
  [
    'recursion',
    'const f = () => f() + 1; try { f(); } catch (e) { say(e.name); } say("on");',
    ['InternalError', 'on'],
  ],
  [
    'heap exhaustion',
    'let all = []; try { for (;;) all.push(new Uint8Array(10000)); } catch (e) { all = null; say("caught"); } say("on");',
    ['caught', 'on'],
  ],
  ['JSON of a wrong text', 'try { JSON.parse("{"); } catch (e) { say(e.name); }', ['SyntaxError']],
  ['no such memory', 'try { hal.memory(0x50000000, 4); } catch (e) { say(e.name); }', ['RangeError']],
];
for (const [name, source, expected] of survived) {
  test(
    `caught by the program, no crash: ${name}`,
    deadline(LIMIT, async () => {
      const ran = await runApp(`${source}\nhal.onKick(() => say("kicked"));`);
      assert.equal(ran.said, expected);
      kickCore(ran);
      assert.equal(ran.said, [...expected, 'kicked']);
      assert.is(ran.sim.crash, undefined);
    }),
  );
}

test(
  'heap exhaustion that is caught but not freed: the simulator goes on, whatever becomes of the program',
  deadline(LIMIT, async () => {
    const fill = 'let list; try { for (;;) list = { list }; } catch (e) {} globalThis.list = list;';
    const ran = await runApp(`hal.onKick(() => {});\n${fill}`);
    kickCore(ran);
    ran.sim.runUntil(() => false, 10);
    assert.ok(['running', 'crashed'].includes(ran.sim.rproc.state));
    assert.is(await ran.sim.stop(), 0);
  }),
);

test(
  'the budget is per call: many short calls are no endless loop',
  deadline(LIMIT, async () => {
    const work = 'let n = 0; for (let i = 0; i < 300000; i++) n += i; say("done");';
    const ran = await runApp(`hal.onKick(() => { ${work} });`, { board });
    for (let i = 0; i < 30; i++) kickCore(ran);
    assert.is(ran.said.length, 30);
    assert.ok(ran.sim.scheduler.now > board.watchdogMs, `${ran.sim.scheduler.now}`);
    assert.is(ran.sim.crash, undefined);
  }),
);

test(
  "an endless loop ends after the board's own watchdog time",
  deadline(LIMIT, async () => {
    const { sim } = await runApp('for (;;) {}');
    assert.is(sim.crash?.reason, `watchdog: ran ${virtM4.watchdogMs} ms without returning`);
    assert.ok(sim.scheduler.now >= 500 && sim.scheduler.now < 501);
  }),
);

test.run();
