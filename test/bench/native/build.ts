/**
 * Builds the engine as a static library and the harness around it, for the machine that runs the benches. Both are
 * cached by the hash of everything that goes into them: source, flags, compiler.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheDir } from '../../../runtime/native/build/cache.js';
import { runSync } from '../../../runtime/native/build/run.js';
import { fetchSource, QUICKJS_VERSION, SOURCE_FILES } from '../../../runtime/native/build/source.js';
import { onPath } from '../../support/need.js';

/** As the package's Makefile builds it with GCC (CFLAGS_OPT). */
export const ENGINE_FLAGS = [
  '-O2',
  '-g',
  '-fwrapv',
  '-D_GNU_SOURCE',
  `-DCONFIG_VERSION="${QUICKJS_VERSION}"`,
];
/** quickjs-libc, which is about files and threads of an operating system, is not in it. */
const ENGINE_FILES = ['quickjs', 'libregexp', 'libunicode', 'cutils', 'dtoa'];

/** A phase that jumps instead of calling would be missed by callgrind. */
const HARNESS_FLAGS = [
  '-std=gnu11',
  '-O2',
  '-g',
  '-fno-optimize-sibling-calls',
  '-Wall',
  '-Wextra',
  '-Werror',
];
const harnessDir = fileURLToPath(new URL('./harness/', import.meta.url));
const builds = join(cacheDir, 'native-bench');

/** The command that makes what is missing. */
export const SETUP = 'npm run setup:native-bench';
/** What the set-up needs of the machine, as Debian calls it. */
export const SETUP_PACKAGES = ['gcc', 'libc6-dev', 'dpkg-dev', 'debian-archive-keyring', 'valgrind'];
const TOOLS = ['gcc', 'ar', 'apt-get', 'dpkg-source', 'valgrind'];

interface Places {
  readonly library: string;
  readonly harness: string;
}

export function compilerVersion(): string {
  return runSync('gcc', ['--version'], '.').split('\n')[0];
}

export function valgrindVersion(): string {
  return runSync('valgrind', ['--version'], '.').trim();
}

/** The harness when it is built, and else what to say about it. */
export function findHarness(): { readonly harness: string } | { readonly missing: string } {
  const tool = TOOLS.find((name) => !onPath(name));
  if (tool)
    return { missing: `${tool} is not installed (packages ${SETUP_PACKAGES.join(', ')}), then ${SETUP}` };
  const { harness } = places();
  return existsSync(harness) ? { harness } : { missing: `the native bench is not built: ${SETUP}` };
}

/** Builds what is missing and gives the harness. */
export function buildHarness(log: (line: string) => void): string {
  const tool = TOOLS.find((name) => !onPath(name));
  if (tool) throw new Error(`${tool} is not installed; Debian packages: ${SETUP_PACKAGES.join(' ')}`);
  const source = fetchSource(log);
  const { library, harness } = places();
  if (!existsSync(library)) {
    log(`compiling QuickJS ${QUICKJS_VERSION} with ${ENGINE_FLAGS.join(' ')}`);
    inFolder(library, (folder) => {
      for (const name of ENGINE_FILES) {
        const args = [...ENGINE_FLAGS, '-w', '-c', join(source, `${name}.c`), '-o', `${name}.o`];
        runSync('gcc', args, folder);
      }
      runSync('ar', ['rcs', 'libquickjs.a', ...ENGINE_FILES.map((name) => `${name}.o`)], folder);
    });
  }
  if (!existsSync(harness)) {
    log('compiling the harness');
    inFolder(harness, (folder) => {
      const own = harnessFiles().filter((name) => name.endsWith('.c'));
      const files = own.map((name) => join(harnessDir, name));
      runSync(
        'gcc',
        [...HARNESS_FLAGS, '-isystem', source, ...files, library, '-lm', '-o', 'harness'],
        folder,
      );
    });
  }
  return harness;
}

function places(): Places {
  const engine = hashOf([
    compilerVersion(),
    ...ENGINE_FLAGS,
    ...ENGINE_FILES,
    ...Object.values(SOURCE_FILES),
  ]);
  const texts = harnessFiles().map((name) => name + readFileSync(join(harnessDir, name), 'utf8'));
  const own = hashOf([engine, ...HARNESS_FLAGS, ...texts]);
  return {
    library: join(builds, `engine-${engine}`, 'libquickjs.a'),
    harness: join(builds, `harness-${own}`, 'harness'),
  };
}

function harnessFiles(): string[] {
  return readdirSync(harnessDir).sort();
}

function hashOf(texts: readonly string[]): string {
  return createHash('sha256').update(texts.join('\0')).digest('hex').slice(0, 16);
}

/** Makes the folder of `file` by `make`, whole or not at all. */
function inFolder(file: string, make: (folder: string) => void): void {
  const done = join(file, '..');
  const work = `${done}.tmp`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  make(work);
  renameSync(work, done);
}
