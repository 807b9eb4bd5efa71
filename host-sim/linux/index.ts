/** Real kernels in guests of QEMU. */
export { type Answer, type GuestOptions, LinuxGuest } from './guest.js';
export { type BuiltKernel, cacheFolder, findKernel, kernelBuilt, realKernels } from './kernels.js';
export { DEBUGFS, RealSystem, type RealSystemOptions } from './system.js';
