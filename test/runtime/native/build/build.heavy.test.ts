/** The build as a command: what it makes again and what not, what it says when it cannot, and that its bytes repeat. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { distDir, isUpToDate } from '../../../../runtime/native/build/build.js';
import { cacheDir } from '../../../../runtime/native/build/cache.js';
import { cpuNames } from '../../../../runtime/native/build/cpus.js';
import { BUILD_PACKAGES } from '../../../../runtime/native/build/packages.js';
import { sourceDir } from '../../../../runtime/native/build/source.js';
import { deadline } from '../../../../sdk/testing/deadline.js';
import { builtProducts, productsAbsent } from '../../../native/built-products.js';
import { skipUnless } from '../../../support/need.js';
import { root } from '../../../support/sources.js';

const test = suite('build');
const built = builtProducts() && (await isUpToDate().catch(() => false));
const absent = builtProducts()
  ? 'runtime/native/dist is not of these sources: npm run build:native'
  : productsAbsent;

/** A clone with a cache of its own. */
class Clone {
  readonly dir = mkdtempSync(join(tmpdir(), 'rproc-clone-'));
  readonly native = join(this.dir, 'runtime/native');
  readonly cache = join(this.dir, 'xdg/rproc-sdk');

  constructor() {
    const skipped = join(root, 'runtime/native/dist');
    const options = { recursive: true, filter: (path: string) => path !== skipped } as const;
    for (const name of ['runtime', 'package.json']) cpSync(join(root, name), join(this.dir, name), options);
    symlinkSync(join(root, 'node_modules'), join(this.dir, 'node_modules'));
    mkdirSync(this.cache, { recursive: true });
  }

  build(path = process.env.PATH): { status: number | null; stdout: string; stderr: string } {
    const env = { ...process.env, PATH: path, XDG_CACHE_HOME: dirname(this.cache) };
    const args = ['--import', 'tsx', 'runtime/native/build/main.ts'];
    return spawnSync(process.execPath, args, { cwd: this.dir, env, encoding: 'utf8' });
  }

  /** Files below a folder of the cache, with their times. */
  cached(folder: string): string[] {
    return filesBelow(join(this.cache, folder)).map(
      (file) => `${relative(this.cache, file)} ${statSync(file).mtimeMs}`,
    );
  }

  remove(): void {
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function filesBelow(dir: string): string[] {
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function withClone(use: (clone: Clone) => void): void {
  const clone = new Clone();
  try {
    use(clone);
  } finally {
    clone.remove();
  }
}

function equalDists(one: string, other: string): void {
  const names = filesBelow(one).map((file) => relative(one, file));
  assert.ok(names.length >= 3 + 5 * cpuNames.length);
  assert.equal(
    filesBelow(other).map((file) => relative(other, file)),
    names,
  );
  for (const name of names) {
    assert.ok(readFileSync(join(one, name)).equals(readFileSync(join(other, name))), name);
  }
}

skipUnless(
  test,
  'another clone takes everything from the cache; then nothing is done; one edited file is compiled and no other',
  built,
  absent,
  deadline(120_000, () =>
    withClone((clone) => {
      cpSync(cacheDir, clone.cache, { recursive: true, preserveTimestamps: true });
      const before = clone.cached('.');
      const first = clone.build();
      assert.equal([first.status, first.stderr], [0, '']);
      assert.match(first.stdout, /^native: built .*runtime\/native\/dist: \d+ files for cortex-m4, /);
      assert.equal(clone.cached('.'), before);
      equalDists(join(clone.native, 'dist'), distDir);

      const manifest = statSync(join(clone.native, 'dist/manifest.json')).mtimeMs;
      assert.match(clone.build().stdout, /^native: .*runtime\/native\/dist is up to date\n$/);
      assert.is(statSync(join(clone.native, 'dist/manifest.json')).mtimeMs, manifest);

      appendFileSync(
        join(clone.native, 'memory.c'),
        '\nextern const char edited[];\nconst char edited[] = "edited";\n',
      );
      assert.is(clone.build().status, 0);
      const compiled = clone.cached('objects').filter((file) => !before.includes(file));
      assert.equal(
        compiled.map((file) => basename(file.split(' ')[0])),
        cpuNames.map(() => 'memory.o'),
      );
      for (const cpu of cpuNames) {
        const archive = readFileSync(join(clone.native, 'dist', cpu, 'librproc.a'));
        assert.ok(
          archive.includes('edited') && !archive.equals(readFileSync(join(distDir, cpu, 'librproc.a'))),
        );
      }
    }),
  ),
);

test(
  'all missing packages are named at once, with the command that installs them',
  deadline(30_000, () =>
    withClone((clone) => {
      const { status, stdout, stderr } = clone.build('/nowhere');
      assert.equal([status, stdout], [1, '']);
      const [line, packages] = /apt-get install --no-install-recommends (.*)\n$/.exec(stderr) ?? [];
      assert.ok(line !== undefined && stderr.split('\n').length === 2, stderr);
      for (const name of ['gcc-arm-none-eabi', 'gcc-riscv64-unknown-elf', 'clang', 'lld', 'dpkg-dev']) {
        assert.ok(packages.split(' ').includes(name), name);
      }
      assert.ok(packages.split(' ').every((name) => BUILD_PACKAGES.includes(name)));
      assert.not.ok(existsSync(join(clone.native, 'dist')));
    }),
  ),
);

test(
  '.ci/run installs what the build needs and runs it',
  deadline(1000, () => {
    const script = readFileSync(join(root, '.ci/run'), 'utf8');
    const lists = [...script.matchAll(/^packages\+?=\(([^)]*)\)/gm)].flatMap(([, list]) => list.split(/\s+/));
    assert.equal(
      BUILD_PACKAGES.filter((name) => !lists.includes(name)),
      [],
    );
    assert.match(script, /^npm run build:native$/m);
  }),
);

skipUnless(
  test,
  'a compiler error is shown, and what was built before stays',
  built,
  absent,
  deadline(120_000, () =>
    withClone((clone) => {
      cpSync(cacheDir, clone.cache, { recursive: true });
      cpSync(distDir, join(clone.native, 'dist'), { recursive: true });
      appendFileSync(join(clone.native, 'memory.c'), '\nint unfinished(void) { return missing; }\n');
      const { status, stderr } = clone.build();
      assert.is(status, 1);
      assert.match(stderr, /^native: arm-none-eabi-gcc: .*memory\.c:.*'missing' undeclared/s);
      equalDists(join(clone.native, 'dist'), distDir);
      assert.equal(
        readdirSync(clone.native).filter((name) => /^dist./.test(name)),
        [],
      );
      assert.equal(
        clone.cached('.').filter((file) => file.includes('.tmp')),
        [],
      );
    }),
  ),
);

/** Compiles everything: most of two minutes on two processors. */
if (process.env.RPROC_VOLUME === 'full') {
  skipUnless(
    test,
    'the same bytes from another folder, with an empty cache',
    built,
    absent,
    deadline(900_000, () =>
      withClone((clone) => {
        cpSync(sourceDir, join(clone.cache, basename(sourceDir)), { recursive: true });
        const { status, stderr } = clone.build();
        assert.equal([status, stderr], [0, '']);
        equalDists(join(clone.native, 'dist'), distDir);
        const products = filesBelow(join(clone.native, 'dist'));
        for (const file of products) assert.not.ok(readFileSync(file).includes('rproc-clone-'), file);
      }),
    ),
  );
}

test.run();
