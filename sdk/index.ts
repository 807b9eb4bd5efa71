/**
 * `rproc-sdk`: declaring and building firmware images.
 * @module rproc-sdk
 */
export { type Problem, ProblemError, problemText } from '../runtime/abi/problem.js';
export type { Image } from './build/assemble.js';
export { type BuildOptions, type BuildResult, build } from './build/build.js';
export * from './config/index.js';
export { type EmitOptions, type EmitResult, emit } from './emit/emit.js';
