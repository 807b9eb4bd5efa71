/** A firmware as its configuration declares it. */
import type { Board } from '../../boards/index.js';
import { noEntry } from '../errors.js';
import type { DebugInfo } from '../native/compile.js';
import type { ProfileOption } from '../native/profile.js';
import type { Placement } from './define.js';
import type { EngineName, EspruinoOptions } from './engine.js';
import type { Resource } from './resources/index.js';
import type { SectionDeclaration } from './section.js';

/** A firmware whose declaration holds. */
export interface Firmware {
  readonly name: string;
  readonly board: Board;
  /** Absolute path; absent in projects without a TypeScript program. */
  readonly entry: string | undefined;
  readonly resources: readonly Resource[];
  readonly engine: EngineName;
  readonly espruino: EspruinoOptions | undefined;
  readonly sections: readonly SectionDeclaration[];
  readonly placement: Placement;
  readonly attach: boolean;
  readonly minify: boolean;
  /** The image carries the original sources. */
  readonly sources: boolean;
  /** What of the engine a native image holds. */
  readonly profile: ProfileOption;
  /** What the bytecode of a native image keeps for stacks. */
  readonly debug: DebugInfo;
  /** Absolute path of the folder with the configuration. */
  readonly dir: string;
  /** Absolute path of the configuration file. */
  readonly configFile: string;
  /** `file:line:column` of the declaration, or the file. */
  readonly where: string;
}

/** A firmware with a program. */
export type FirmwareWithProgram = Firmware & { readonly entry: string };

/** The same firmware when it has a program; throws ProblemError RP1044 without. */
export function withProgram(firmware: Firmware): FirmwareWithProgram {
  if (firmware.entry === undefined) throw noEntry(firmware.name, firmware.where);
  return firmware as FirmwareWithProgram;
}
