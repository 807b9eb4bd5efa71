/** What `npm run build:native` made: the parts of native images and the bytecode compiler (runtime/native/dist). */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { nativeProductDamaged, nativeProductsMissing } from '../errors.js';

/** The processors that there are native images for. */
export const nativeCpus = ['cortex-m4', 'cortex-m7', 'cortex-r5f', 'rv32imac'] as const;
export type NativeCpu = (typeof nativeCpus)[number];

/** Files that there are for each processor. */
export type ProductFile =
  | 'librproc.a'
  | 'libquickjs.a'
  | 'libsupport.a'
  | 'profile-small.o'
  | 'profile-full.o';

export interface Products {
  /** Name and version of the engine: "quickjs 2025-04-26". */
  readonly engine: string;
  /** Of the engine build, as images carry it (`AppBytecode.engine_hash`): 16 bytes as 32 hex digits. */
  readonly hash: string;
  /** @throws ProblemError RP2041 when it is not what the manifest says */
  file(cpu: NativeCpu, name: ProductFile): Uint8Array;
  /** The WebAssembly module of the bytecode compiler (compile.ts). */
  compiler(): Uint8Array<ArrayBuffer>;
}

interface Manifest {
  readonly engine: string;
  readonly hash: string;
  readonly cpus: { readonly [cpu: string]: { readonly [file: string]: number } };
}

/** From the sources and from dist. */
const FOLDERS = ['../../runtime/native/dist/', '../../../runtime/native/dist/'];
let found: Products | undefined;

/** @throws ProblemError RP2040 when they have not been built; RP2041 when they are damaged */
export function findProducts(): Products {
  found ??= openProducts(FOLDERS.map((folder) => fileURLToPath(new URL(folder, import.meta.url))));
  return found;
}

/** The products in the first of `folders` that has any. */
export function openProducts(folders: readonly string[]): Products {
  const folder = folders.find((one) => existsSync(`${one}manifest.json`));
  if (folder === undefined) throw nativeProductsMissing(folders[0]);
  const read = (name: string) => {
    try {
      return new Uint8Array(readFileSync(folder + name));
    } catch (error) {
      throw nativeProductDamaged(folder + name, (error as Error).message);
    }
  };
  const { engine, hash, cpus } = readManifest(`${folder}manifest.json`);
  return {
    engine,
    hash,
    file(cpu, name) {
      const bytes = read(`${cpu}/${name}`);
      const size = cpus[cpu]?.[name];
      if (bytes.length !== size) {
        throw nativeProductDamaged(
          `${folder}${cpu}/${name}`,
          `${bytes.length} bytes, the manifest says ${size}`,
        );
      }
      return bytes;
    },
    compiler: () => read('compiler.wasm'),
  };
}

function readManifest(path: string): Manifest {
  try {
    const manifest = JSON.parse(readFileSync(path, 'utf8')) as Manifest;
    if (/^[0-9a-f]{32}$/.test(manifest.hash) && manifest.engine && manifest.cpus) return manifest;
  } catch (error) {
    throw nativeProductDamaged(path, (error as Error).message);
  }
  throw nativeProductDamaged(path, 'no engine, hash and cpus');
}
