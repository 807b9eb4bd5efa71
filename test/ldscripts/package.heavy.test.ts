/** linker-script-gen as others get it: packed, unpacked elsewhere, imported by its name. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { generateLinkerScript } from '../../ldscripts/index.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { root } from '../support/sources.js';

const source = join(root, 'ldscripts');
const folder = mkdtempSync(join(tmpdir(), 'rproc-package-'));
const installed = join(folder, 'node_modules/linker-script-gen');
test.before(() => {
  execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: source, stdio: 'pipe' });
  const [tarball] = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  mkdirSync(installed, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, tarball), '--strip-components=1', '-C', installed]);
});
test.after(() => rmSync(folder, { recursive: true, force: true }));

test(
  'the package has code, types, README and licence, and nothing of this repository',
  deadline(60000, () => {
    assert.equal(readdirSync(installed).sort(), ['LICENSE', 'README.md', 'dist', 'package.json']);
    const built = readdirSync(join(installed, 'dist'));
    for (const name of readdirSync(source).filter((file) => file.endsWith('.ts'))) {
      const stem = name.replace(/\.ts$/, '');
      assert.ok(built.includes(`${stem}.js`) && built.includes(`${stem}.d.ts`), stem);
    }
    for (const name of built.filter((file) => /\.(js|d\.ts)$/.test(file))) {
      const text = readFileSync(join(installed, 'dist', name), 'utf8');
      for (const [, specifier] of text.matchAll(/from '([^']+)'/g))
        assert.match(specifier, /^\.\/[\w-]+\.js$/, name);
    }
    assert.not.ok(existsSync(join(source, 'dist')), 'packing leaves nothing behind');
    const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'));
    assert.is(dependencies, undefined);
  }),
);

test(
  "the README's first example runs and has types",
  deadline(60000, () => {
    const readme = readFileSync(join(installed, 'README.md'), 'utf8');
    const [, example] = /```ts\n([\s\S]*?)```/.exec(readme)!;
    assert.match(example, "from 'linker-script-gen'");
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'example.ts'), `${example}\nconsole.log(script);\n`);
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const options = [
      '--strict',
      '--target',
      'ES2022',
      '--module',
      'NodeNext',
      '--types',
      '--lib',
      'ES2023,DOM',
    ];
    execFileSync(process.execPath, [compiler, ...options, 'example.ts'], { cwd: folder, stdio: 'inherit' });
    const printed = execFileSync(process.execPath, ['example.js'], { cwd: folder, encoding: 'utf8' });
    assert.match(printed, /^MEMORY$/m);
    assert.match(
      printed,
      /sram \(rwx\) : ORIGIN = 0x10000000, LENGTH = 0x00010000 \/\* 64 KiB; manual, table 2-1 \*\//,
    );
  }),
);

test(
  'the package gives the same script as its sources',
  deadline(60000, () => {
    const map = {
      ...{ title: [], entry: 'a', nonAlloc: [], notes: [], symbols: [], asserts: [] },
      regions: [{ name: 'r', origin: 0, length: 64, attributes: 'rw', comment: 'test' }],
      sections: [{ name: '.a', region: 'r', align: 4, inputs: [{ pattern: '.a' }], segment: { flags: 'r' } }],
      areas: [{ name: 'stack', region: 'r', size: 16 }],
    };
    const program = `import { generateLinkerScript } from 'linker-script-gen';
      process.stdout.write(generateLinkerScript(${JSON.stringify(map)}));`;
    writeFileSync(join(folder, 'same.mjs'), program);
    const printed = execFileSync(process.execPath, ['same.mjs'], { cwd: folder, encoding: 'utf8' });
    assert.is(printed, generateLinkerScript(map));
  }),
);

test.run();
