/**
 * Golden messages of the gate (test/golden/gate): each file holds what Espruino cannot run, expected.txt what the build says
 * of it. `UPDATE=1` writes it anew; read the diff.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { virtM4 } from '../../boards/virt-m4.js';
import { runtimeDir } from '../../sdk/bundle/plugin.js';
import { carriedProblems, loweredFindings, sourceFindings } from '../../sdk/espruino/gate/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { programDir } from '../conformance/suite.js';
import { bareFirmware } from '../support/firmware.js';
import { inProject, rproc } from '../support/project-folder.js';
import { bundle } from './build.js';

const GATE = fileURLToPath(new URL('../golden/gate/', import.meta.url));
const runtimeTypes = join(runtimeDir, 'index.d.ts');

const said = sourceFindings(
  { ...bareFirmware(virtM4, []), dir: GATE, entry: join(GATE, 'main.ts') },
  runtimeTypes,
)
  .map(({ kind, what, instead, where }) => `${where} ${kind}: ${what}\n    instead: ${instead}\n`)
  .sort();

test('the golden messages', () => {
  const file = join(GATE, 'expected.txt');
  if (process.env.UPDATE === '1') writeFileSync(file, said.join(''));
  assert.fixture(said.join(''), readFileSync(file, 'utf8'));
  assert.ok(said.length >= 25);
  for (const text of said) assert.match(text, /^[\w-]+\.ts:\d+:\d+ (syntax|library): \S.*\n {4}instead: \S/);
});

test('every case is looked at and has a message, but the one that is fine', () => {
  const files = readdirSync(GATE).filter((name) => name.endsWith('.ts') && name !== 'main.ts');
  const found = new Set(said.map((text) => text.split(':')[0]));
  assert.equal(
    files.filter((name) => !found.has(name)),
    ['fine.ts'],
  );
  const imported = readFileSync(join(GATE, 'main.ts'), 'utf8');
  for (const name of files) assert.ok(imported.includes(name.replace(/ts$/, 'js')), name);
});

/** Lowered code, and what the last look finds in it. */
const lowered: readonly [string, string | undefined][] = [
  ['var a = [1].map(function (x) { return x; });', undefined],
  ['let a = 1;', 'let'],
  ['var f = x => x;', 'ArrowFunctionExpression'],
  ['class A {}', 'ClassDeclaration'],
  ['function* g() {}', 'generators'],
  ['async function f() {}', 'async'],
  ['var a = b?.c;', 'ChainExpression'],
  ['var a = b ?? c;', '??'],
  ['var a = 2 ** 3;', '**'],
  ['var a = `x`;', 'TemplateLiteral'],
  ['var a = { b };', 'such keys in object literals'],
  ['var a = { [b]: 1 };', 'such keys in object literals'],
  ['var a = [...b];', 'SpreadElement'],
  ['l: for (;;) break l;', 'LabeledStatement'],
  ['var a = 1n;', 'BigInt'],
  ['var a = /(?=x)/;', 'the regular expression /(?=x)/'],
  ['for (var a of b);', 'ForOfStatement'],
  ['var a = new Map();', 'no Map'],
  ['var a = typeof Map;', undefined],
  ['function Map() {} var a = new Map();', undefined],
  ['var a = __asyncValues(b);', 'asynchronous iteration'],
  ['function __asyncValues() {} var a = __asyncValues(b);', undefined],
  ['switch (a) { case 1: function f() {} default: f(); }', 'functions declared in a case'],
  ['var a = Array.from(b);', 'no Array.from'],
  ['var a = Array.prototype.slice.call(b);', undefined],
  ['var a = b.flatMap(c);', 'no Array.prototype.flatMap'],
  ['b.flatMap = c; var a = b.flatMap(c);', undefined],
  ['var a = Object.hasOwn(b, c);', 'no Object.hasOwn'],
];
for (const [code, found] of lowered) {
  test(`lowered: ${code}`, () => {
    const findings = loweredFindings(code, { version: 3, sources: [], names: [], mappings: '' });
    assert.equal(
      findings.map(({ what }) => what),
      found === undefined ? [] : [`Espruino ${found.startsWith('no ') ? 'has' : 'does not parse'} ${found}`],
    );
  });
}

const config = `import { defineFirmware, rpmsgVdev } from 'rproc-sdk';
export default defineFirmware({ name: 'fw', board: 'virt-m4', entry: './src/main.ts', resources: [rpmsgVdev()] });
`;

test(
  'the command ends with 1, names each place, and writes nothing',
  deadline(60000, () =>
    inProject(
      {
        'firmware.config.ts': config,
        'src/main.ts': "import { table } from './table.js';\nconsole.log(table.size, [1, [2]].flat());\n",
        'src/table.ts': 'export const table = new Map<string, number>();\n',
      },
      async (dir) => {
        const { status, stderr, stdout } = await rproc('build', dir, '--engine', 'espruino');
        assert.is(status, 1);
        assert.is(stdout, '');
        assert.match(
          stderr,
          /RP2071 Espruino has no Map\n +at +src\/table\.ts:1:26\n +fix +use a plain object/,
        );
        assert.match(stderr, /RP2071 Espruino has no Array\.prototype\.flat\n +at +src\/main\.ts:2:34/);
        assert.not(readdirSync(dir).includes('fw.elf'));
        assert.is((await rproc('build', dir)).status, 0, 'QuickJS has them');
        assert.is((await rproc('build', dir, '--engine', 'v8')).status, 2);
      },
    ),
  ),
);

test(
  'what a package brings is found in the package',
  deadline(60000, () =>
    inProject(
      {
        'firmware.config.ts': config,
        'src/main.ts': "// @ts-ignore\nimport { count } from 'counting';\nconsole.log(count('abc'));\n",
        'node_modules/counting/package.json': '{ "name": "counting", "type": "module", "main": "index.js" }',
        'node_modules/counting/index.js':
          'export function count(text) {\n  return new Set(Array.from(text)).size;\n}\n',
      },
      async (dir) => {
        const { status, stderr } = await rproc('build', dir, '--engine', 'espruino');
        assert.is(status, 1);
        assert.match(stderr, /RP2071 Espruino has no Set\n +at +node_modules\/counting\/index\.js:2:14/);
        assert.match(
          stderr,
          /RP2071 Espruino has no Array\.from\n +at +node_modules\/counting\/index\.js:2:18/,
        );
      },
    ),
  ),
);

const meaning = `class Base { get size() { return 1; } }
export class Used extends Base {
  get size() {
    return super.size + 1;
  }
}
export class Unused extends Base {
  get size() {
    return super.size + 2;
  }
}
`;

test(
  'what lowering would change in a package is found as well, where the program has it',
  deadline(60000, () =>
    inProject(
      {
        'firmware.config.ts': config,
        'src/main.ts': "// @ts-ignore\nimport { Used } from 'sizes';\nconsole.log(new Used().size);\n",
        'node_modules/sizes/package.json': '{ "name": "sizes", "type": "module", "main": "index.js" }',
        'node_modules/sizes/index.js': meaning,
      },
      async (dir) => {
        const { status, stderr } = await rproc('build', dir, '--engine', 'espruino');
        assert.is(status, 1);
        assert.match(
          stderr,
          /RP2070 super reaches methods only, .*\n +at +node_modules\/sizes\/index\.js:4:12\n/,
        );
        assert.not.match(stderr, /index\.js:9/, 'nobody imports Unused');
      },
    ),
  ),
);

test(
  'syntax in a package is told as in a module of the author',
  deadline(60000, () =>
    inProject(
      {
        'firmware.config.ts': config,
        'src/main.ts': "// @ts-ignore\nimport { go } from 'words';\nconsole.log(go('a'));\n",
        'node_modules/words/package.json': '{ "name": "words", "type": "module", "main": "index.js" }',
        'node_modules/words/index.js': `export function go(a, b) {
  return [
    JSON.stringify({ a }, ['a']),
    a.split(',', 1),
    /(?<n>a)/.exec(a),
    arguments.length,
    arguments.length > 2 && arguments[2],
  ];
}
`,
      },
      async (dir) => {
        const { status, stderr } = await rproc('build', dir, '--engine', 'espruino');
        assert.is(status, 1);
        const told = [...stderr.matchAll(/^(RP\d+) .*\n +at +node_modules\/words\/index\.js:(\S+)$/gm)];
        assert.equal(
          told.map(([, code, place]) => `${code} ${place}`),
          ['RP2070 3:5', 'RP2070 4:5', 'RP2070 5:5', 'RP2070 6:5'],
        );
        assert.is(stderr.match(/^RP/gm)!.length, 4, stderr);
      },
    ),
  ),
);

test("nothing of the runtime's own changes its meaning", () => {
  const files = readdirSync(runtimeDir, { recursive: true, encoding: 'utf8' });
  const found = files
    .filter((file) => file.endsWith('.js') && !file.startsWith('native'))
    .flatMap((file) =>
      carriedProblems(readFileSync(join(runtimeDir, file), 'utf8')).map((one) => ({ file, ...one })),
    );
  assert.equal(found, []);
});

test(
  "the conformance suite's language program is refused: it is made of what engines may have",
  deadline(60000, async () => {
    try {
      await bundle(programDir('language'), 'espruino');
      assert.unreachable();
    } catch (error) {
      const { message } = error as Error;
      for (const what of [
        'labels',
        '#value',
        'Map',
        'Symbol',
        'BigInt',
        'Math.imul',
        'copyWithin',
        'for await',
      ])
        assert.ok(message.includes(what), what);
    }
  }),
);

test.run();
