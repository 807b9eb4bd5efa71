/** What a release build leaves out and shortens of the runtime, by names: nothing that the author's program can reach. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { foldFormats } from '../../sdk/bundle/fold-formats.js';
import { withoutUnmentioned, withShortWords, wordsOf } from '../../sdk/bundle/members.js';
import { membersOf, publicFields, SHARED_WITH_LANGUAGE } from '../../sdk/bundle/names.js';
import { runtimeDir } from '../../sdk/bundle/plugin.js';
import { deadline } from '../../sdk/testing/deadline.js';

const LIMIT = 10000;

const RUNTIME = `class Port {
  send(x) { return this.room(x); }
  get size() { return 1; }
  room(x) { return this.deep.count(x); }
  unused() { return this.alone(); }
  alone() { return 'send'; }
  toString() { return ''; }
}
function count() { return 7; }
const port = new Port();
port.deep = { count, spare: () => 8, last() {} };
`;

/** The names of RUNTIME's members that are left when the rest of the program is `program`. */
function left(program: string): string[] {
  const code = RUNTIME + program;
  const shaken = withoutUnmentioned(code, [{ start: 0, end: RUNTIME.length }], wordsOf(program));
  assert.is(shaken.length, code.length);
  assert.is(shaken.split('\n').length, code.split('\n').length);
  assert.is(shaken.slice(RUNTIME.length), program, 'the author’s program is left alone');
  return [...membersOf(shaken.slice(0, RUNTIME.length))].filter((name) => name !== 'deep');
}

const cases: readonly [string, string, readonly string[]][] = [
  ['nothing', '', ['toString']],
  ['a call', 'port.send(1)', ['send', 'room', 'toString', 'count']],
  ['a name in a string', 'port["si" + "ze"]; "size of it"', ['size', 'toString']],
  ['a pattern', 'const { unused } = port', ['send', 'room', 'unused', 'alone', 'toString', 'count']],
  ['a word in a comment', '// last', ['toString', 'last']],
  ['a template', 'port[`spare`]', ['toString', 'spare']],
  ['members of the same name of the author', 'class A { mine() {} }', ['toString']],
];
for (const [what, program, expected] of cases) {
  test(
    `members that are left for ${what}`,
    deadline(LIMIT, () => assert.equal(left(program), expected)),
  );
}

test(
  'shorter words: only in the runtime, at the same positions, and not in texts',
  deadline(LIMIT, () => {
    const runtime = "const a = 'const new Error';\nthrow new RangeError(a, new Errors());\n";
    const code = `${runtime}const b = new Error();\n`;
    assert.is(
      withShortWords(code, [{ start: 0, end: runtime.length }]),
      "let   a = 'const new Error';\nthrow     RangeError(a, new Errors());\nconst b = new Error();\n",
    );
  }),
);

test(
  'sizes and offsets of formats become numbers; what is no format stays',
  deadline(LIMIT, () => {
    const code =
      'x(FwRscVdev.size, FwRscVdev.offset.status, u32.size, RpmsgHdr.offset.len, this.size, other.offset.len)';
    assert.is(foldFormats(code).replace(/ +(?=[,)])/g, ''), 'x(24, 20, 4, 12, this.size, other.offset.len)');
    assert.is(foldFormats(code).length, code.length);
  }),
);

test(
  'the list of names that the language has too is whole: none of them is shortened',
  deadline(LIMIT, () => {
    const members = new Set<string>();
    const built = readdirSync(runtimeDir, { recursive: true, encoding: 'utf8' });
    // abi/espruino.js is a list of names for the build and the simulator, and in no program.
    const inPrograms = built.filter((name) => name.endsWith('.js') && name !== join('abi', 'espruino.js'));
    for (const file of inPrograms) {
      for (const name of membersOf(readFileSync(join(runtimeDir, file), 'utf8'))) members.add(name);
    }
    assert.ok(members.size > 200);
    const language = new Set([
      'stack',
      'message',
      'value',
      'writable',
      'enumerable',
      'configurable',
      'done',
      'input',
    ]);
    const add = (object: object | undefined): void => {
      if (object) for (const name of Object.getOwnPropertyNames(object)) language.add(name);
    };
    const typedArray = Object.getPrototypeOf(Uint8Array);
    const engine = [
      Object,
      Function,
      Array,
      String,
      Number,
      Boolean,
      Symbol,
      Error,
      RangeError,
      Promise,
      RegExp,
      Date,
    ]
      .concat([Map, Set, WeakMap, ArrayBuffer, DataView, Uint8Array, typedArray] as never[])
      .concat([Math, JSON, Reflect, Atomics, globalThis] as never[]);
    for (const one of engine as unknown as { prototype?: object }[]) {
      add(one);
      add(one.prototype);
    }
    const shared = new Set([...SHARED_WITH_LANGUAGE, ...publicFields(runtimeDir)]);
    assert.equal(
      [...members].filter((name) => language.has(name) && !shared.has(name)),
      [],
    );
  }),
);

test(
  'fields of public types and of the hal keep their names',
  deadline(LIMIT, () => {
    const fields = publicFields(runtimeDir);
    for (const name of [
      ...[
        'name',
        'src',
        'dst',
        'announce',
        'deadLetters',
        'malformed',
        'onMessage',
        'onLine',
        'aborted',
        'read32',
      ],
      ...['store16', 'barrier', 'setAlarm', 'buffer', 'offset', 'tableDa', 'warn', 'debug', 'pa', 'flags'],
    ]) {
      assert.ok(fields.has(name), name);
    }
    for (const name of ['rings', 'nextSlot', 'publishedIdx']) assert.not(fields.has(name), name);
  }),
);

test.run();
