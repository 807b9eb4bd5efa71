/** compiler.wasm: the bytecode compiler, built with Debian's clang and wasi-libc. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { cached, hashOf } from './cache.js';
import { ENGINE_DEFINES, ENGINE_FILES, ENGINE_HASH } from './engine.js';
import { nativeDir, object, type Places } from './objects.js';
import { toolVersions } from './packages.js';
import { run } from './run.js';

export const COMPILER_EXPORTS = [
  'compiler_engine_hash',
  'compiler_alloc',
  'compiler_compile',
  'compiler_result',
  'compiler_result_size',
];
const TARGET = ['--target=wasm32-wasi', '-Os', '-fno-strict-aliasing', '-fwrapv'];
/** As the engine's authors name this target: no addresses of labels, no stack limit, since there is no stack to measure. */
const ENGINE_FLAGS = [...TARGET, ...ENGINE_DEFINES, '-DEMSCRIPTEN', '-w'];
const OWN_FLAGS = [...TARGET, '-std=gnu11', '-Wall', '-Wextra', '-Werror'];
/** The parser recurs for nested source. Below the data, an overflow is a trap. */
const STACK = ['-Wl,-z,stack-size=1048576', '-Wl,--stack-first'];
export const COMPILER_SOURCE = join('compiler', 'compiler.c');

export async function compilerWasm(places: Places): Promise<string> {
  const own = join(nativeDir, 'compiler', 'compiler.h');
  const header = join(places.header, 'rproc-abi.h');
  const objects = await Promise.all([
    ...ENGINE_FILES.map((name) =>
      object('clang', ENGINE_FLAGS, [], `${name}.c`, places.engine, [ENGINE_HASH, 'wasm']),
    ),
    object(
      'clang',
      OWN_FLAGS,
      [`-I${places.header}`, '-isystem', places.engine],
      COMPILER_SOURCE,
      nativeDir,
      [...[ENGINE_HASH, readFileSync(own), readFileSync(header)]],
    ),
  ]);
  const flags = [
    ...['--target=wasm32-wasi', '-mexec-model=reactor', '-Wl,--strip-all', '-Wl,--gc-sections', ...STACK],
    ...COMPILER_EXPORTS.map((name) => `-Wl,--export=${name}`),
  ];
  const key = hashOf([await toolVersions(), ...flags, ...objects.map((file) => readFileSync(file))]);
  return await cached(join('compiler', key, 'compiler.wasm'), (path) =>
    run('clang', [...flags, ...objects, '-o', path], '/'),
  );
}
