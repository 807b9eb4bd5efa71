/** What a firmware.config.ts exports. */
import type { Board, BoardName } from '../../boards/index.js';
import type { DebugInfo } from '../native/compile.js';
import type { ProfileOption } from '../native/profile.js';
import type { EngineName, EspruinoOptions } from './engine.js';
import type { Resource } from './resources/index.js';
import type { SectionDeclaration } from './section.js';
import { callerPlace } from './where.js';

/** Names of the board's image regions; the first image region where one is left out. */
export interface Placement {
  readonly table?: string;
  /** App header and program; the code of a C project. */
  readonly app?: string;
  /** Data of a C project; where its code is when left out. */
  readonly data?: string;
  /** Vectors of a C project; where the core looks for them when left out. */
  readonly vectors?: string;
}

/** What a firmware image is made of. */
export interface FirmwareOptions<R extends readonly Resource[] = readonly Resource[]> {
  /** Name of the image: `NAME.elf`. */
  readonly name: string;
  /** A board of the SDK by name, or one of your own made with `defineBoard`. */
  readonly board: BoardName | Board;
  /** The program's first file, relative to the configuration. C projects that only use `rproc emit` have none. */
  readonly entry?: string;
  /** Entries of the resource table, in this order. */
  readonly resources: R;
  /** What runs the program; `quickjs` when left out. */
  readonly engine?: EngineName;
  /** An Espruino build to put the program into. */
  readonly espruino?: EspruinoOptions;
  /** Further sections of the image. */
  readonly sections?: readonly SectionDeclaration[];
  /** Which memory holds what. */
  readonly placement?: Placement;
  /** Linux is to attach to the running core: the table must fit what it takes then. */
  readonly attach?: boolean;
  /** Shorten the program with terser: less memory, faster start. True when left out; stacks are mapped either way. */
  readonly minify?: boolean;
  /** Carry the original sources in the image, outside loaded memory. False when left out. */
  readonly sources?: boolean;
  /**
   * What of the engine a native image holds. `small`: no RegExp, Date, Proxy, weak references, `eval`; a program that uses one is
   * refused, on every board. `full`: everything, 135 kB more. `auto`, when left out: `small` where the program needs no more.
   */
  readonly profile?: ProfileOption;
  /**
   * What the bytecode of a native image keeps for stacks of crashes. `lines`, when left out: lines and columns, which map to your
   * sources. `none`: a third smaller, stacks have names only. `full`: the text of each function too, for `toString`.
   */
  readonly debug?: DebugInfo;
}

/** Options that remember where they were declared, for messages about them. */
export interface FirmwareDeclaration<R extends readonly Resource[] = readonly Resource[]>
  extends FirmwareOptions<R> {
  readonly where: string | undefined;
}

/** Declares a firmware image; `export default` the result. */
export function defineFirmware<const R extends readonly Resource[]>(
  options: FirmwareOptions<R>,
): FirmwareDeclaration<R> {
  return { ...options, where: callerPlace('defineFirmware') };
}
