/** Objects and archives, cached by what they are made of. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { abiHeader } from './abi-header.js';
import { cached, hashOf } from './cache.js';
import type { Cpu, Toolchain } from './cpus.js';
import { ENGINE_DEFINES, ENGINE_FILES, ENGINE_HASH } from './engine.js';
import { toolVersions } from './packages.js';
import { run } from './run.js';

export const nativeDir = fileURLToPath(new URL('..', import.meta.url));

/** Size counts: whole boards have less memory than the engine has code. */
const COMMON_FLAGS = [
  '-Os',
  '-ffunction-sections',
  '-fdata-sections',
  '-fno-strict-aliasing',
  '-fwrapv',
  '-DNDEBUG',
];
/** The engine's own warnings are its authors' business. Its Makefile's compilers have signed chars. */
const ENGINE_FLAGS = [...COMMON_FLAGS, ...ENGINE_DEFINES, '-fsigned-char', '-w'];
const OWN_WARNINGS = ['-Wall', '-Wextra', '-Wconversion', '-Wshadow', '-Werror'];
const OWN_FLAGS = [...COMMON_FLAGS, '-std=gnu11', '-D_GNU_SOURCE', ...OWN_WARNINGS];

export interface Places {
  /** Folder of the patched engine source. */
  readonly engine: string;
  /** Folder of rproc-abi.h. */
  readonly header: string;
}

/** Writes the generated header. */
export async function headerFolder(): Promise<string> {
  const text = abiHeader();
  return await cached(join('headers', hashOf([text])), (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'rproc-abi.h'), text);
  });
}

/** The engine's objects for one processor. */
export async function engineObjects(cpu: Cpu, { engine }: Places): Promise<string[]> {
  const { prefix, specs } = cpu.toolchain;
  const flags = [specs, ...cpu.flags, ...ENGINE_FLAGS];
  return await Promise.all(
    ENGINE_FILES.map((name) => object(`${prefix}gcc`, flags, [], `${name}.c`, engine, [ENGINE_HASH])),
  );
}

/** Names below runtime/native of the start-up code's files: what all families share, then the family's own. */
export function startupFiles(cpu: Cpu): string[] {
  const sources = filesOf(cpu).filter((name) => /\.[cS]$/.test(name));
  return sources.filter((name) => !name.startsWith('profile-'));
}

function filesOf(cpu: Cpu): string[] {
  return ['.', cpu.family].flatMap((folder) =>
    existsSync(join(nativeDir, folder))
      ? readdirSync(join(nativeDir, folder))
          .sort()
          .map((name) => join(folder, name))
      : [],
  );
}

/** One object of runtime/native. */
export async function ownObject(cpu: Cpu, file: string, places: Places): Promise<string> {
  const { prefix, specs } = cpu.toolchain;
  const flags = [specs, ...cpu.flags, ...OWN_FLAGS, ...cpu.ownFlags];
  const headers = filesOf(cpu)
    .filter((name) => name.endsWith('.h'))
    .flatMap((name) => [name, readFileSync(join(nativeDir, name))]);
  const include = ['-I.', `-I${cpu.family}`, `-I${places.header}`, '-isystem', places.engine];
  const inputs = [ENGINE_HASH, readFileSync(join(places.header, 'rproc-abi.h')), ...headers];
  return await object(`${prefix}gcc`, flags, include, file, nativeDir, inputs);
}

/**
 * Compiles `file` of `folder`, unless it has been compiled. No path gets into the object: equal inputs give equal bytes.
 * @param include flags that say where headers are, which `inputs` holds
 */
export async function object(
  compiler: string,
  flags: readonly string[],
  include: readonly string[],
  file: string,
  folder: string,
  inputs: readonly (string | Uint8Array)[],
): Promise<string> {
  const key = hashOf([await toolVersions(), ...flags, file, readFileSync(join(folder, file)), ...inputs]);
  const name = basename(file).replace(/\.[cS]$/, '');
  return await cached(join('objects', key, `${name}.o`), (path) =>
    run(compiler, [...flags, ...include, `-ffile-prefix-map=${folder}=.`, '-c', file, '-o', path], folder),
  );
}

/** An archive with symbol table, without times and owners. Members keep the order and the names of `files`. */
export async function archive(toolchain: Toolchain, name: string, files: readonly string[]): Promise<string> {
  const key = hashOf([
    await toolVersions(),
    ...files.flatMap((file) => [basename(file), readFileSync(file)]),
  ]);
  return await cached(join('archives', key, name), (path) =>
    run(`${toolchain.prefix}ar`, ['rcsD', path, ...files], '/'),
  );
}
