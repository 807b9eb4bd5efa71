/** Which engine runs a firmware's program. */

/** `quickjs`: the SDK's own engine, simulated and native. `espruino`: an Espruino build of the user's, by way of ES5. */
export const engineNames = ['quickjs', 'espruino'] as const;
/** What a program is made for: `quickjs` or `espruino`. */
export type EngineName = (typeof engineNames)[number];

/** Memory as the remote core sees it. */
export interface MemoryArea {
  /** First device address. */
  readonly da: number;
  /** Bytes. */
  readonly len: number;
}

/** An Espruino build that the image is made of, and where it leaves room for ours. */
export interface EspruinoOptions {
  /** The ELF file of the build, relative to the configuration. */
  readonly base: string;
  /** Where the build looks for saved code: its Storage area (`FLASH_SAVED_CODE_START` and `..._LENGTH` of its platform_config.h). */
  readonly savedCode: MemoryArea;
  /** RAM that the build leaves alone: for the resource table and the trace buffers. */
  readonly ram: MemoryArea;
}
