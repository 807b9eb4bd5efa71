/** Real kernels that `npm run setup:linux` has built, in the user's cache folder. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { noKernelBuilt } from '../errors.js';

/** Kernels that can be built, as `--host linux=VERSION` names them. */
export const realKernels: readonly string[] = ['6.12', '7.2'];

/** What a build leaves behind. */
export interface BuiltKernel {
  readonly version: string;
  /** Full name, as `uname -r` tells it. */
  readonly release: string;
  /** The bzImage. */
  readonly image: string;
  /** An initramfs with busybox, the agent and the kernel's modules. */
  readonly initramfs: string;
}

/** Below which everything is kept that is fetched or built once. */
export function cacheFolder(env: { readonly [name: string]: string | undefined } = process.env): string {
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rproc-sdk', 'linux');
}

/** The kernel of that series, or undefined when nobody has built it here. */
export function findKernel(version: string, folder: string = cacheFolder()): BuiltKernel | undefined {
  const file = join(folder, `${version}.json`);
  if (!existsSync(file)) return undefined;
  const { release, folder: built } = JSON.parse(readFileSync(file, 'utf8')) as {
    release: string;
    folder: string;
  };
  const image = join(folder, built, 'bzImage');
  const initramfs = join(folder, built, 'initramfs');
  return existsSync(image) && existsSync(initramfs) ? { version, release, image, initramfs } : undefined;
}

/** As `findKernel`. Throws ProblemError with what to run. */
export function kernelBuilt(version: string): BuiltKernel {
  const found = findKernel(version);
  if (!found) throw noKernelBuilt(version, cacheFolder());
  return found;
}
