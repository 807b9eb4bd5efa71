/** Bytecode from WebAssembly: the same bytes as from a compiler of this machine, and it runs. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AppHeader, SECTION_APP } from '../../runtime/abi/app.js';
import { ENGINE_HASH } from '../../runtime/native/build/engine.js';
import { isFetched } from '../../runtime/native/build/source.js';
import { readElf } from '../../sdk/elf/read.js';
import { compileBytecode, compilerHash, type DebugInfo } from '../../sdk/native/compile.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { buildProgram, programs } from '../conformance/suite.js';
import { onPath, skipUnless } from '../support/need.js';
import { builtProducts, productsAbsent } from './built-products.js';
import { Oracle } from './oracle/oracle.js';

const test = suite('compile');
const STRIPS: readonly (readonly [DebugInfo, number])[] = [
  ['none', 2],
  ['lines', 1],
  ['full', 0],
];
const products = builtProducts();
const oracles = products !== undefined && isFetched() && onPath('gcc');
const without = products === undefined ? productsAbsent : 'gcc or the source of the engine is missing';

const SAMPLE = `class Box { #v; constructor(v) { this.#v = v; } get v() { return this.#v; } }
function* squares(n) { for (let i = 0; i < n; i++) yield i * i; }
async function later(x) { await null; return { ...{ x }, y: \`\${x}\` }; }
print([...squares(5)].map((n) => n / 2).join(), new Box(0x7fffffff).v, 'gr\\u00fc\\u00dfe \\u{1f600}', 2n ** 70n);
label: for (const [k, v] of new Map([['a', 1.5], ['b', -0]])) { if (k === 'b') break label; print(k, v, Object.is(v, -0)); }
print(/(?<year>\\d{4})/u.exec('in 2026').groups.year);
later(3).then(({ x, y }) => print(typeof x, typeof y, eval('x + 1')));
`;
const PRINTS = [
  '0,0.5,2,4.5,8',
  '2147483647',
  'grüße 😀',
  '1180591620717411303424',
  'a',
  '1.5',
  'false',
  '2026',
];

skipUnless(
  test,
  'equal to what a compiler of this machine makes, byte for byte, with any debug information',
  oracles,
  without,
  deadline(240_000, async () => {
    const oracle = await Oracle.open();
    const dir = mkdtempSync(join(tmpdir(), 'rproc-compile-'));
    try {
      const sources = [SAMPLE, '', '0;'];
      for (const program of programs) {
        const elf = await buildProgram(program, 'virt-m4', join(dir, 'program.elf'));
        sources.push(programOf(elf));
      }
      assert.ok(sources.length >= 8 && Math.max(...sources.map(({ length }) => length)) > 20_000);
      for (const source of sources) {
        for (const [debug, strip] of STRIPS) {
          const bytes = await compileBytecode(source, { file: 'firmware.js', debug });
          assert.ok(
            Buffer.from(oracle.compile(source, 'firmware.js', strip)).equals(bytes),
            source.slice(0, 60),
          );
        }
      }
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }),
);

/** Source text that an image for simulated cores carries. */
function programOf(bytes: Uint8Array): string {
  const elf = readElf(bytes, 'program.elf');
  const data = elf.sectionData(elf.sections.find(({ name }) => name === SECTION_APP)!);
  const header = AppHeader.unpack(data);
  return Buffer.from(data.subarray(header.header_len, header.header_len + header.length)).toString();
}

skipUnless(
  test,
  'it loads and runs; a stack has lines unless they were stripped',
  oracles,
  without,
  deadline(120_000, async () => {
    const oracle = await Oracle.open();
    const failing = `${SAMPLE}function broken() {\n  throw new Error('on purpose');\n}\nbroken();\n`;
    for (const [debug] of STRIPS) {
      const printed = oracle.run(await compileBytecode(SAMPLE, { file: 'firmware.js', debug }));
      assert.is(printed, [...PRINTS, 'number', 'string', '4'].join('\n') + '\n', debug);
      const failed = oracle.run(await compileBytecode(failing, { file: 'firmware.js', debug }));
      const [inner, outer] = debug === 'none' ? ['', ''] : [' (firmware.js:9:18)', ' (firmware.js:11:7)'];
      const tail = `\nError: on purpose\n    at broken${inner}\n    at <eval>${outer}\n\n`;
      assert.ok(failed.endsWith(tail), failed);
    }
  }),
);

skipUnless(
  test,
  'what debug information costs, and nothing but bytes on the way',
  products,
  productsAbsent,
  deadline(30_000, async () => {
    const sizes: number[] = [];
    for (const [debug] of STRIPS)
      sizes.push((await compileBytecode(SAMPLE, { file: 'firmware.js', debug })).length);
    assert.ok(sizes[0] < sizes[1] && sizes[1] < sizes[2], sizes.join());
    const again = await compileBytecode(SAMPLE, { file: 'firmware.js', debug: 'none' });
    assert.equal(await compileBytecode(SAMPLE, { file: 'other.js', debug: 'none' }), again);
    assert.is(again.length, sizes[0]);
    assert.is(await compilerHash(), products!.hash);
    assert.is(products!.hash, ENGINE_HASH);
    // Node warns of its own WASI on stderr; this compiler takes none of it.
    const script = `const { compileBytecode } = await import('./sdk/native/compile.js');
      console.log((await compileBytecode('1;', { file: 'a.js', debug: 'none' })).length);`;
    const options = { cwd: fileURLToPath(new URL('../..', import.meta.url)), encoding: 'utf8' } as const;
    const args = ['--import', 'tsx', '--input-type=module', '-e', script];
    const { stdout, stderr } = spawnSync(process.execPath, args, options);
    assert.equal([Number(stdout) > 10, stderr], [true, '']);
  }),
);

skipUnless(
  test,
  'a program that the engine does not know says where and why',
  products,
  productsAbsent,
  deadline(30_000, async () => {
    const cases: readonly (readonly [string, string, string])[] = [
      ['let a = ;', 'firmware.js:1:9', "SyntaxError: unexpected token in expression: ';'"],
      ['\n\n  x y', 'firmware.js:3:5', "SyntaxError: expecting ';'"],
      ['"grüße"; /(/', 'firmware.js:1:10', "SyntaxError: expecting ')'"],
      ['using x = 1;', 'firmware.js:1:7', "SyntaxError: expecting ';'"],
      ['('.repeat(300_000), 'firmware.js', 'it nests too deeply'],
    ];
    for (const [source, where, what] of cases) {
      const problem = await compileBytecode(source, { file: 'firmware.js', debug: 'none' }).then(
        () => assert.unreachable(source.slice(0, 20)),
        (error) => error.problems[0],
      );
      assert.equal(
        [problem.code, problem.where, problem.what.endsWith(what)],
        ['RP2042', where, true],
        problem.what,
      );
    }
    // After each of them the next program compiles.
    assert.ok((await compileBytecode('1;', { file: 'firmware.js', debug: 'none' })).length > 10);
  }),
);

test.run();
