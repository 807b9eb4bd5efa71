/** `rproc inspect` answers at once: what it loads holds no compiler, no bundler, no linker and no simulator. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Files and packages that importing `entries` loads, types and dynamic imports left out. */
function loadedBy(entries: readonly string[]): Set<string> {
  const seen = new Set<string>();
  const left = entries.map((path) => join(root, path));
  for (let file = left.pop(); file !== undefined; file = left.pop()) {
    const name = relative(root, file);
    if (seen.has(name)) continue;
    seen.add(name);
    const source = readFileSync(file, 'utf8');
    for (const [, clause, from] of source.matchAll(/^(?:import|export) ([^;]*?)from '([^']+)';/gms)) {
      if (clause.startsWith('type ')) continue;
      const named = /^\{(.*)\}\s*$/s
        .exec(clause)?.[1]
        .split(',')
        .filter((part) => part.trim() !== '');
      if (named?.every((part) => part.trim().startsWith('type '))) continue;
      if (!from.startsWith('.')) seen.add(from);
      else left.push(resolve(dirname(file), from.replace(/\.js$/, '.ts')));
    }
  }
  return seen;
}

test('inspect loads neither build nor simulator', () => {
  const loaded = [...loadedBy(['sdk/cli/main.ts', 'sdk/cli/inspect.ts'])];
  assert.ok(loaded.includes('sdk/elf/read.ts') && loaded.includes('commander'), 'the walk works');
  const packages = loaded.filter((name) => !existsSync(join(root, name)) && !name.startsWith('node:'));
  assert.equal(packages.sort(), ['commander', 'picocolors']);
  for (const name of loaded) assert.not.match(name, /^(host-sim|sdk\/(build|bundle|link|testing|config))\//);
});

test('build does load them: the walk finds what is there', () => {
  const loaded = loadedBy(['sdk/cli/build.ts']);
  for (const name of ['rollup', 'jiti']) assert.ok(loaded.has(name), name);
});

test.run();
