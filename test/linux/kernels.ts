/** Real kernels for tests; where there are none, the tests are skipped under one name that says why. */
import type { Test } from 'uvu';
import type { KernelVersion } from '../../host-sim/kernel.js';
import { type BuiltKernel, findKernel, realKernels } from '../../host-sim/linux/index.js';
import { NEEDS_LINUX, onPath, skipUnless } from '../support/need.js';

/** Everything that is done often only where volumes are asked for. */
export const full = process.env.RPROC_VOLUME === 'full';

/** Lets `register` add the tests of each real kernel that is to be used: all of them where volumes are asked for, else one. */
export function forKernels<C>(
  test: Test<C>,
  register: (version: KernelVersion, kernel: BuiltKernel) => void,
): void {
  for (const version of full ? realKernels : realKernels.slice(0, 1)) {
    const qemu = onPath('qemu-system-x86_64');
    const built = qemu ? findKernel(version) : undefined;
    if (built) register(version as KernelVersion, built);
    else {
      const reason = qemu
        ? `Linux ${version} is not built: npm run setup:linux`
        : 'qemu-system-x86_64 is not installed';
      skipUnless(test, NEEDS_LINUX, false, reason, () => {});
    }
  }
}
