/** Real kernels for tests; where one is missing, a skipped test says why. */
import type { Test } from 'uvu';
import type { KernelVersion } from '../../host-sim/kernel.js';
import { type BuiltKernel, findKernel, realKernels } from '../../host-sim/linux/index.js';
import type { ShmCoreName } from '../../host-sim/shm/index.js';
import { nativeReady } from '../support/native.js';
import { onPath, skipUnless } from '../support/need.js';

/** Everything that is done often only where volumes are asked for. */
export const full = process.env.RPROC_VOLUME === 'full';

/** Its images run on both cores. */
export const NATIVE_BOARD = 'qemu-ivshmem-m4';
export const cores: readonly ShmCoreName[] = ['quickjs', 'qemu'];

/** Lets `register` add the tests of each real kernel that is to be used: all of them where volumes are asked for, else one. */
export function forKernels<C>(
  test: Test<C>,
  register: (version: KernelVersion, kernel: BuiltKernel) => void,
): void {
  for (const version of full ? realKernels : realKernels.slice(0, 1)) forKernel(test, version, register);
}

/** The same for one kernel. */
export function forKernel<C>(
  test: Test<C>,
  version: string,
  register: (version: KernelVersion, kernel: BuiltKernel) => void,
): void {
  const built = findKernel(version);
  const reason = missing(version, built);
  if (built && reason === undefined) register(version as KernelVersion, built);
  else skipUnless(test, `runs under a real Linux ${version}`, false, reason ?? '', () => {});
}

function missing(version: string, built: BuiltKernel | undefined): string | undefined {
  if (!onPath('qemu-system-x86_64')) return 'qemu-system-x86_64 is not installed';
  return built ? nativeReady('arm') : `Linux ${version} is not built: npm run setup:linux`;
}
