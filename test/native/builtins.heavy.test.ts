/** Images lack the members of built-in objects that their programs never name, and nothing that the language needs. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { qemuCore } from '../../host-sim/index.js';
import { bundleFirmware } from '../../sdk/bundle/bundle.js';
import { loadFirmware } from '../../sdk/config/load.js';
import { archiveMembers } from '../../sdk/native/archive.js';
import { withNamedBuiltins } from '../../sdk/native/builtins.js';
import { findProducts, nativeCpus, type ProductFile } from '../../sdk/native/products.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { runImage } from '../../sdk/testing/run-image.js';
import { nativeReady } from '../support/native.js';
import { skipUnless } from '../support/need.js';
import { inProject } from '../support/project-folder.js';

const unbuilt = nativeReady();
const files = (names: readonly ProductFile[]) =>
  nativeCpus.map((cpu) => names.map((name) => findProducts().file(cpu, name)));

skipUnless(
  test,
  'every processor has the same members, and the same of them stay',
  unbuilt === undefined,
  unbuilt ?? '',
  deadline(60_000, async () => {
    for (const [profile, all] of [
      ['profile-small.o', 480],
      ['profile-full.o', 476],
    ] as const) {
      for (const given of files([profile, 'libquickjs.a'])) {
        const before = given.map((bytes) => bytes.slice());
        assert.equal(withNamedBuiltins(given), { files: given, members: all });
        const none = withNamedBuiltins(given, new Set());
        assert.is(none.members, 171);
        assert.equal(given, before, 'the products stay as they are');
        // An alias brings what it is the same as.
        const trim = withNamedBuiltins(given, new Set(['trimLeft']));
        assert.is(trim.members, none.members + 2);
        const sine = withNamedBuiltins(given, new Set(['Math', 'sin']));
        assert.is(sine.members, none.members + 2);
        for (const { files: changed } of [none, trim, sine])
          assert.equal(
            changed.map(({ length }) => length),
            given.map(({ length }) => length),
          );
      }
    }
  }),
);

test(
  'an archive is read member by member, also when it is cut short or none',
  deadline(1000, async () => {
    const member = (name: string, text: string) =>
      `${name.padEnd(48)}${String(text.length).padEnd(10)}\`\n${text}${text.length % 2 ? '\n' : ''}`;
    const archive = Buffer.from(`!<arch>\n${member('a.o/', 'odd')}${member('b.o/', 'even')}`);
    const texts = (bytes: Uint8Array) => archiveMembers(bytes).map((part) => Buffer.from(part).toString());
    assert.equal(texts(archive), ['odd', 'even']);
    assert.equal(texts(archive.subarray(0, archive.length - 2)), ['odd']);
    assert.equal(texts(Buffer.from('\x7fELF')), []);
  }),
);

/** What the language itself asks built-in objects for, without a program that names it. */
const IMPLIED = [
  '[...new Set([1, 2, 1])]',
  '((...all) => all)(...new Map([[1, 2]]))',
  '(() => { const [a, ...rest] = "abc"; return [rest, a]; })()',
  '(function () { return [...arguments]; })(1, 2)',
  '"" + [1, [2, 3]] + {} + new TypeError("wrong") + Symbol("s").description',
  '("" + (() => 1)).length > 5',
  '[10, 9, 1].sort()',
  'new (class Own extends Array {})(1, 2, 3).map((one) => one * 2) instanceof Array',
  '[..."ab"].concat([1], "c")',
  '(() => { let sum = 0; for (const [key, value] of new Map([[1, 2]])) sum += key + value; return sum; })()',
  '(() => { function* inner() { const got = yield 1; return got; } function* outer() { return yield* inner(); }' +
    ' const made = outer(); return [made.next().value, made.next(7).value]; })()',
  '((strings) => strings.raw[0])`a\\n`',
  '2 ** 0.5',
  '7.5 % 2',
  '10n ** 20n',
  'new (class { valueOf() { return 4; } })() * 2 + +"0x10"',
  'JSON.stringify({ a: { toJSON() { return [1]; } }, b: "c" })',
  'new Uint8Array(new Uint16Array([1, 258])).length',
  '[...new Float64Array([1.5, 2])]',
  '({ ...{ a: 1 } }).a',
  'Object(1n) + 1n',
  '[1, 2, 3].includes(2) && [[1]].flat().length',
  '"a-b".split("-").reverse()',
  'isNaN(NaN) && Number.parseFloat("1.5") === parseFloat("1.5")',
  'new WeakMap([[Array, 1]]).get(Array)',
  '(() => { try { null.x; } catch (error) { return error instanceof TypeError && error.name; } })()',
];
const IMPLIED_BY_FULL = [
  '"a1b22".replace(/\\d+/g, "-")',
  '"a1b2".split(/\\d/)',
  '[..."x1y2".matchAll(/\\d/g)].length',
  'JSON.stringify(new Date(0))',
  '"" + /a/gimsuy',
];

const program = (codes: readonly string[]): string => `// @ts-nocheck
const tries = [
${codes.map((code) => `  () => ${code},`).join('\n')}
];
for (let i = 0; i < tries.length; i++) {
  try {
    console.log(i + ' ' + tries[i]());
  } catch (error) {
    console.log(i + ' ' + error);
  }
}
console.log('done');
`;

async function linesOnCore(board: string, main: string, more = ''): Promise<string[]> {
  const config = `import { defineFirmware, trace } from 'rproc-sdk';
export default defineFirmware({
  name: 'program', board: '${board}', entry: './src/main.ts', resources: [trace({ size: 16384 })], ${more}
});
`;
  let lines: string[] = [];
  await inProject({ 'firmware.config.ts': config, 'src/main.ts': main }, async (dir) => {
    const firmware = await loadFirmware(dir);
    const { image } = await bundleFirmware(firmware);
    const options = { image: image.elf, file: 'program.elf', board: firmware.board, core: qemuCore() };
    const { trace, outcome, problem } = await runImage({ ...options, until: 'done' });
    assert.is(outcome, 'until seen', problem?.detail ?? problem?.what);
    lines = trace[0].trim().split('\n');
  });
  return lines.slice(0, -1);
}

const every = [
  ['qemu-mps2-an386', 'arm'],
  ['qemu-mps2-an500', 'arm'],
  ['qemu-r5f', 'arm'],
  ['qemu-rv32', 'riscv32'],
] as const;
for (const [board, system] of process.env.RPROC_VOLUME === 'full' ? every : every.slice(0, 1)) {
  const missing = nativeReady(system);
  skipUnless(
    test,
    `${board}: what the language asks for is there, whatever the program names`,
    missing === undefined,
    missing ?? '',
    deadline(120_000, async () => {
      for (const codes of [IMPLIED, [...IMPLIED, ...IMPLIED_BY_FULL]]) {
        // As the core says it: the same expressions in this process.
        const expected = codes.map((code, i) => `${i} ${new Function(`return (${code});`)()}`);
        assert.equal(await linesOnCore(board, program(codes)), expected);
      }
    }),
  );
}

const noMachine = nativeReady('arm');
skipUnless(
  test,
  'a member is there when the program has its name as a word or in a string; all are without minify',
  noMachine === undefined,
  noMachine ?? '',
  deadline(120_000, async () => {
    const main = `// @ts-nocheck
const named = { text: 'sinh' };
console.log(Object.getOwnPropertyNames(Math).concat(Object.getOwnPropertyNames(Array.prototype)).join(' '));
console.log(typeof Math[named.text], typeof Math.cosh, typeof WeakSet);
console.log(typeof [][['copy', 'Within'].join('')], typeof globalThis[['Weak', 'Map'].join('')]);
console.log('done');
`;
    const [names, kinds, hidden] = await linesOnCore('qemu-mps2-an386', main);
    const there = names.split(' ');
    for (const name of ['sinh', 'cosh', 'join', 'concat', 'length']) assert.ok(there.includes(name), name);
    for (const name of ['tanh', 'copyWithin', 'toSpliced']) assert.not(there.includes(name), name);
    assert.is(kinds, 'function function function');
    // One function of the engine makes all four of Map, Set, WeakMap and WeakSet.
    assert.is(hidden, 'undefined function');
    const [all, , whole] = await linesOnCore('qemu-mps2-an386', main, 'minify: false,');
    for (const name of ['tanh', 'copyWithin', 'toSpliced']) assert.ok(all.split(' ').includes(name), name);
    assert.is(whole, 'function function');
  }),
);

test.run();
