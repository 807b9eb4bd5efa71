/** `rproc-sdk`: declaring and building firmware images. */
export {
  type Board,
  type BoardName,
  boards,
  defineBoard,
  findBoard,
  type MemoryRegion,
  RegionUse,
} from '../boards/index.js';
export { type Problem, ProblemError, problemText } from '../runtime/abi/problem.js';
export type { Image } from './build/assemble.js';
export { type BuildOptions, type BuildResult, build } from './build/build.js';
export {
  defineFirmware,
  type FirmwareDeclaration,
  type FirmwareOptions,
} from './config/define.js';
export {
  type Resource,
  type RpmsgVdevOptions,
  rpmsgVdev,
  type TraceOptions,
  trace,
  type VringAlign,
  type VringNum,
} from './config/resources.js';
