/** What one run of a linker gave. */
export interface LinkerRun {
  readonly status: number;
  /** stdout and stderr. */
  readonly output: string;
  readonly elf?: Uint8Array;
  readonly map?: string;
  /** Name and version. */
  readonly linker: string;
}

/** Names of the files that every linker run sees; they appear in messages and in the map. */
export const SCRIPT_FILE = 'firmware.ld';
export const ELF_FILE = 'firmware.elf';
export const MAP_FILE = 'firmware.map';
