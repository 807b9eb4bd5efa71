/**
 * Golden cases of lowering (test/golden/lowering/CASE): the output is what was written down, and says in QuickJS what the input says;
 * also where everything that Espruino lacks is gone, function hoisting included.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loweredFindings } from '../../sdk/espruino/gate/index.js';
import { hoist, lower } from '../../sdk/espruino/lower.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { LOWERING, withoutHelpers } from './golden.js';
import { fromBytes, saidBy, withoutHoisting } from './scripts.js';

const cases = readdirSync(LOWERING);

test('there are at least 40 cases', () => {
  assert.ok(cases.length >= 40);
});

for (const name of cases) {
  test(
    name,
    deadline(20000, async () => {
      const read = (file: string): string => readFileSync(join(LOWERING, name, file), 'utf8');
      const input = read('input.js');
      const { code, map } = hoist(lower(input));
      assert.fixture(withoutHelpers(code), read('output.js'));
      assert.equal(loweredFindings(code, JSON.stringify({ ...map, mappings: '' })), [], 'passes the gate');

      const says = read('says.txt');
      assert.ok(says.length > 3 && !says.includes('threw'), 'says something');
      const said = async (script: string, engine: 'quickjs' | 'stripped'): Promise<string> =>
        `${(await saidBy(script, engine)).join('\n')}\n`;
      assert.fixture(await said(input, 'quickjs'), says, 'before');
      assert.fixture(fromBytes(await said(code, 'quickjs')), says, 'after');
      assert.fixture(fromBytes(await said(code, 'stripped')), says, 'after, without what Espruino lacks');
      assert.fixture(fromBytes(await said(withoutHoisting(code), 'stripped')), says, 'and without hoisting');
    }),
  );
}

test(
  'the context without hoisting is one: it needs what hoist does',
  deadline(20000, async () => {
    const { code } = lower('say(later());\nfunction later() { return 1; }');
    assert.match((await saidBy(withoutHoisting(code), 'stripped')).join(), /not a function/);
  }),
);

test(
  'accessors of a class can be made anew and deleted: lowering leaves out that they can, and Espruino does not ask',
  deadline(20000, async () => {
    const { code } = lower(`class A { get x() { return 1; } get y() { return 1; } }
Object.defineProperty(A.prototype, 'x', { get() { return 2; } });
Object.defineProperties(A.prototype, { y: { value: 3 } });
say(new A().x, new A().y, delete A.prototype.x, delete A.prototype.y, new A().x);`);
    assert.equal(await saidBy(code, 'stripped'), ['2 3 true true undefined']);
  }),
);

test(
  'the stripped context lacks what Espruino lacks',
  deadline(20000, async () => {
    const names = [
      'Map',
      'Symbol',
      'Proxy',
      'Reflect',
      'BigInt',
      'WeakMap',
      'RangeError',
      'TextEncoder',
      'globalThis.Set',
    ];
    const members = [
      'Array.from',
      '[].flat',
      'Object.freeze',
      'Math.imul',
      'Number.isInteger',
      'Uint8Array.from',
      '"".codePointAt',
    ];
    const code = [...names, ...members].map((name) => `say(typeof ${name});`).join('');
    assert.is(
      (await saidBy(code, 'stripped')).join(),
      Array(names.length + members.length)
        .fill('undefined')
        .join(),
    );
    const there = [
      'Object.assign',
      'Math.sign',
      '[].includes',
      'new Uint8Array(1).fill',
      '"".padStart',
      'E.memoryArea',
      'peek32',
    ];
    const have = there.map((name) => `say(typeof ${name});`).join('');
    assert.is((await saidBy(have, 'stripped')).join(), Array(there.length).fill('function').join());
  }),
);

test.run();
