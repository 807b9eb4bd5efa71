/** The engine's source as it is compiled for all cores, for the bytecode compiler and for the tests' oracle. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, hashOf } from './cache.js';
import { EDITS, patched } from './patch.js';
import { fetchSource, QUICKJS_VERSION, SOURCE_FILES } from './source.js';

/** quickjs-libc, which is about files and threads of an operating system, is not in it. */
export const ENGINE_FILES = ['quickjs', 'libregexp', 'libunicode', 'cutils', 'dtoa'] as const;
const HEADERS = [
  'quickjs.h',
  'quickjs-atom.h',
  'quickjs-opcode.h',
  'libregexp.h',
  'libregexp-opcode.h',
  'libunicode.h',
  'libunicode-table.h',
  'cutils.h',
  'dtoa.h',
  'list.h',
];

/** What every compilation of the engine is told. */
export const ENGINE_DEFINES = ['-D_GNU_SOURCE', `-DCONFIG_VERSION="${QUICKJS_VERSION}"`, '-DNDEBUG'];

/**
 * Names the engine in images: bytecode runs on the very tree whose compiler made it, since it holds atoms and opcodes by
 * index. 32 hex digits.
 */
export const ENGINE_HASH = hashOf([
  ...Object.entries(SOURCE_FILES).flat(),
  ...EDITS.flatMap(({ file, from, to }) => [file, from, to]),
  ...ENGINE_DEFINES,
]).slice(0, 32);

/** The folder of the patched source, fetched where needed. */
export async function engineSource(log: (line: string) => void): Promise<string> {
  const files = [...ENGINE_FILES.map((name) => `${name}.c`), ...HEADERS, 'LICENSE'];
  return await cached(join('engine', hashOf([ENGINE_HASH, ...files])), (path) => {
    const source = fetchSource(log);
    mkdirSync(path);
    for (const name of files) {
      writeFileSync(join(path, name), patched(name, readFileSync(join(source, name), 'utf8')));
    }
  });
}
