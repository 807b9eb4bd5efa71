/** What `npm run build:native` has built: start-up code, engine and libraries, by CPU. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { productsMissing } from '../errors.js';
import type { NativeCpu } from './families.js';

/** The products of one build. */
export interface Products {
  /** 32 hex digits: bytecode of this engine runs on no other. */
  readonly hash: string;
  /** A file of the CPU's folder: `librproc.a`, `profile-small.o`. */
  file(cpu: NativeCpu, name: string): Uint8Array;
}

/** `runtime/native/dist` of the package, seen from the sources or from dist. */
const folder = ['../../runtime/native/dist/', '../../../runtime/native/dist/']
  .map((path) => fileURLToPath(new URL(path, import.meta.url)))
  .find((path) => existsSync(join(path, 'manifest.json')));

/** @throws ProblemError RP2032 where there are none */
export function findProducts(): Products {
  if (folder === undefined) throw productsMissing();
  const { hash } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as { hash: string };
  return { hash, file: (cpu, name) => new Uint8Array(readFileSync(join(folder, cpu, name))) };
}
