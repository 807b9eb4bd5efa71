/**
 * `rproc-sdk`: declaring and building firmware images.
 * @module rproc-sdk
 */
export {
  type Board,
  type BoardExtension,
  type BoardName,
  type BootRule,
  boards,
  defineBoard,
  type EngineLimits,
  findBoard,
  type LinuxSide,
  type MailboxData,
  type MemoryRegion,
  RegionUse,
  type TranslationRow,
} from '../boards/index.js';
export { type Problem, ProblemError, problemText } from '../runtime/abi/problem.js';
export type { Image } from './build/assemble.js';
export { type BuildOptions, type BuildResult, build } from './build/build.js';
export {
  defineFirmware,
  type FirmwareDeclaration,
  type FirmwareOptions,
} from './config/define.js';
export type { Firmware } from './config/load.js';
export {
  type Resource,
  type RpmsgVdevOptions,
  type RpmsgVdevResource,
  rpmsgVdev,
  type TraceOptions,
  type TraceResource,
  trace,
  type VringAlign,
  type VringNum,
} from './config/resources.js';
