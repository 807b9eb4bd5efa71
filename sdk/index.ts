/** `rproc-sdk`: declaring and building firmware images. */
export { type Problem, ProblemError, problemText } from '../runtime/abi/problem.js';
export type { Image } from './build/assemble.js';
export { type BuildOptions, type BuildResult, build } from './build/build.js';
export * from './config/index.js';
