/** What a firmware.config.ts exports. */
import type { Board, BoardName } from '../../boards/index.js';
import type { Resource } from './resources.js';
import { callerPlace } from './where.js';

export interface FirmwareOptions {
  /** Name of the image: `NAME.elf`. */
  readonly name: string;
  /** A board of the SDK by name, or one of your own made with `defineBoard`. */
  readonly board: BoardName | Board;
  /** The program's first file, relative to the configuration. */
  readonly entry: string;
  /** Entries of the resource table, in this order. */
  readonly resources: readonly Resource[];
  /** Shorten the program with terser: less memory, faster start. True when left out; stacks are mapped either way. */
  readonly minify?: boolean;
  /** Carry the original sources in the image, outside loaded memory. False when left out. */
  readonly sources?: boolean;
}

export interface FirmwareDeclaration extends FirmwareOptions {
  readonly where: string | undefined;
}

/** Declares a firmware image; `export default` the result. */
export function defineFirmware(options: FirmwareOptions): FirmwareDeclaration {
  return { ...options, where: callerPlace('defineFirmware') };
}
