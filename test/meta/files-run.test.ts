/** Rules that hold for the whole tree: tests run, files stay small, imports go one way. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { filesBelow, importsOf, root, textOf } from '../support/sources.js';

const test = suite('files');
const sourceFolders = ['sdk', 'runtime', 'boards', 'ldscripts', 'host-sim'];
const sources = sourceFolders.flatMap((folder) => filesBelow(folder, /\.(ts|js|c|h|S)$/));
const modules = sources.filter((file) => /\.ts$/.test(file) && !file.endsWith('.d.ts'));
const tests = [...filesBelow('test', /\.test\.ts$/), ...filesBelow('examples', /\/test\/.*\.test\.ts$/)];

test('the walk finds the tree', () => {
  assert.ok(tests.includes('test/meta/files-run.test.ts'));
  for (const folder of sourceFolders) {
    assert.ok(
      modules.some((file) => file.startsWith(`${folder}/`)),
      folder,
    );
  }
  const imports = importsOf('test/meta/files-run.test.ts');
  assert.is(imports.length, 5);
  assert.is(imports[4].target, 'test/support/sources.ts');
});

test('every test file runs its tests', () => {
  const silent = tests.filter((file) => !/^(test|[A-Za-z]\w*)\.run\(\);?$/m.test(textOf(file)));
  assert.equal(silent, []);
});

test('test files have names that the runner collects', () => {
  const stray = filesBelow('test', /\.(test|spec)\.(m?[jt]s|tsx)$/).filter(
    (file) => !file.endsWith('.test.ts'),
  );
  assert.equal(stray, []);
});

/** Lines that assert something about the wall clock, directly or through a variable that was read from it. */
function clockAssertions(source: string): string[] {
  // Quoted program text runs on the virtual clock.
  const text = source.replace(/'[^'\n]*'/g, "''");
  const clock = /\b(performance\.now|Date\.now|process\.hrtime(\.bigint)?)\(/;
  const read = [...text.matchAll(/\b(?:const|let)\s+(\w+)[^;]*?=([^;]*);/g)]
    .filter(([, , value]) => clock.test(value))
    .map(([, name]) => name);
  const timed = read.length ? new RegExp(`\\b(${read.join('|')})\\b`) : undefined;
  return text
    .split('\n')
    .filter((line) => /\bassert\b/.test(line) && (clock.test(line) || timed?.test(line)));
}

test('no test asserts wall time', () => {
  const clock = 'Date.now()';
  assert.is(clockAssertions(`assert.ok(${clock} < 5);`).length, 1);
  assert.is(clockAssertions(`const took = ${clock} - start;\n  assert.ok(took < 5);`).length, 1);
  assert.is(clockAssertions(`const seed = 5;\nassert.ok(seed < 6);`).length, 0);
  for (const file of tests.filter((name) => name !== 'test/meta/files-run.test.ts')) {
    assert.equal(clockAssertions(textOf(file)), [], file);
  }
});

test('source files have at most 400 lines', () => {
  const long = sources
    .map((file) => `${file}: ${textOf(file).trimEnd().split('\n').length}`)
    .filter((line) => Number(line.slice(line.lastIndexOf(' '))) > 400);
  assert.equal(long, []);
});

/** What a folder's files may import, besides files of the folder itself. The longest matching prefix counts. */
const allowed: Record<string, string[]> = {
  'runtime/abi/': [],
  'runtime/': ['runtime/abi/'],
  'runtime/native/build/': ['runtime/abi/'],
  'ldscripts/': [],
  'boards/': ['runtime/abi/', 'runtime/hal/'],
  'host-sim/': ['runtime/abi/', 'boards/'],
  'sdk/': ['runtime/abi/', 'ldscripts/', 'boards/'],
  // These three bring build time and simulation together.
  'sdk/check/': ['sdk/', 'runtime/abi/', 'ldscripts/', 'boards/', 'host-sim/'],
  'sdk/testing/': ['sdk/', 'runtime/abi/', 'ldscripts/', 'boards/', 'host-sim/'],
  'sdk/cli/': ['sdk/', 'runtime/abi/', 'ldscripts/', 'boards/', 'host-sim/'],
};

function homeOf(file: string): string {
  const homes = Object.keys(allowed).filter((prefix) => file.startsWith(prefix));
  return homes.sort((a, b) => b.length - a.length)[0];
}

test('imports between folders go the way the design draws them', () => {
  const wrong: string[] = [];
  for (const file of modules) {
    const home = homeOf(file);
    for (const { target, specifier, typeOnly } of importsOf(file)) {
      if (target === undefined) {
        // What runs on the remote core or describes it has neither Node nor packages.
        if (/^(runtime|boards|ldscripts)\//.test(file) && home !== 'runtime/native/build/')
          wrong.push(`${file} imports ${specifier}`);
        continue;
      }
      const ok = target.startsWith(home) || allowed[home].some((prefix) => target.startsWith(prefix));
      // boards/ takes types of the hal and nothing that runs.
      const hal = home === 'boards/' && target.startsWith('runtime/hal/') && !typeOnly;
      const command = target.startsWith('sdk/cli/') && home !== 'sdk/cli/';
      if (!ok || command || (hal && !file.startsWith('boards/mailbox/')))
        wrong.push(`${file} imports ${target}`);
    }
  }
  assert.equal(wrong, []);
});

test('every relative import names a file, with its .js suffix', () => {
  const wrong: string[] = [];
  // The compiler looks at tests; golden projects are wrong on purpose.
  for (const file of modules) {
    for (const { target, specifier } of importsOf(file)) {
      if (target === undefined) continue;
      if (!specifier.endsWith('.js') || !existsSync(join(root, target))) wrong.push(`${file}: ${specifier}`);
    }
  }
  assert.equal(wrong, []);
});

/** The first way round that leads from `file` back to itself. */
function findCycle(edges: Map<string, string[]>): string[] | undefined {
  const finished = new Set<string>();
  const walk = (file: string, path: string[]): string[] | undefined => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (finished.has(file)) return undefined;
    for (const next of edges.get(file) ?? []) {
      const cycle = walk(next, [...path, file]);
      if (cycle) return cycle;
    }
    finished.add(file);
    return undefined;
  };
  for (const file of edges.keys()) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return undefined;
}

test('files do not import each other in a circle, types included', () => {
  const known = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['d', ['b']],
  ]);
  assert.equal(findCycle(known), ['b', 'd', 'b']);
  const edges = new Map<string, string[]>();
  for (const file of modules) {
    edges.set(
      file,
      importsOf(file).flatMap(({ target }) => (target ? [target] : [])),
    );
  }
  assert.is(findCycle(edges)?.join(' -> '), undefined);
});

test.run();
