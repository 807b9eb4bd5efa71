/** `rproc build` as a function. */
import { join, resolve } from 'node:path';
import { bundleFirmware } from '../bundle/bundle.js';
import type { EngineName } from '../config/engine.js';
import type { Firmware } from '../config/firmware.js';
import { loadFirmware } from '../config/load.js';
import { stripWithSources } from '../errors.js';
import { writeAll } from '../files/write-all.js';
import { preloadLinker } from '../link/link.js';
import type { ProfileChoice } from '../native/profile.js';
import type { Image } from './assemble.js';

/** What to build and where to; everything has a default. */
export interface BuildOptions {
  /** Folder with firmware.config.ts; the current folder when left out. */
  readonly dir?: string;
  /** Path of the ELF file; `NAME.elf` in `dir` when left out. The map and script go beside it. */
  readonly output?: string;
  /** Engine instead of the one that the configuration names. */
  readonly engine?: EngineName;
  /** Board instead of the one that the configuration names. */
  readonly board?: string;
  /** Name or path of a system linker; the bundled LLD when left out. */
  readonly linker?: string;
  /**
   * Leave out the source map, the sources and the symbols. Stacks of crashes are then not mapped; the build id is that of
   * the same build with them.
   */
  readonly strip?: boolean;
  /** Carry the original sources in the image; what the configuration says when left out. */
  readonly sources?: boolean;
}

/** A build that succeeded: its declaration, the image in memory, and the files that were written. */
export interface BuildResult {
  /** The checked declaration, with the board that was built for. */
  readonly firmware: Firmware;
  /** What the files hold. */
  readonly image: Image;
  /** Absolute paths. */
  readonly files: {
    readonly elf: string;
    readonly map: string;
    readonly script: string;
    /** The program to upload, for Espruino. */
    readonly program?: string;
  };
  /** Bytes of the bundled program. */
  readonly programBytes: number;
  /** Source files of the program, relative to the project; `rproc-sdk/runtime/...` for those of the runtime. */
  readonly modules: readonly string[];
  /** The engine profile and what decided it; absent in images without machine code. */
  readonly profile?: ProfileChoice;
  /** What the bundler and the linker warned about, one text each. */
  readonly warnings: readonly string[];
}

/**
 * Builds a firmware project and writes its image; nothing is written when anything fails.
 * @throws ProblemError of the configuration, the bundler or the linker; RP2020 for `strip` together with `sources`
 */
export async function build(options: BuildOptions = {}): Promise<BuildResult> {
  if (options.strip && options.sources) throw stripWithSources();
  // Compiling the linker takes about a second of its own; let it overlap with the bundling.
  const linker = options.linker === undefined ? preloadLinker() : undefined;
  linker?.catch(() => {});
  const loaded = await loadFirmware(options.dir ?? '.', options.board);
  const { sources = loaded.sources, engine = loaded.engine } = options;
  const firmware = { ...loaded, sources, engine };
  const { image, program, warnings } = await bundleFirmware(firmware, options);
  const elf = resolve(options.output ?? join(firmware.dir, `${firmware.name}.elf`));
  const stem = elf.replace(/\.elf$/, '');
  const { upload } = image;
  const files = {
    ...{ elf, map: `${stem}.map`, script: `${stem}.ld` },
    ...(upload === undefined ? {} : { program: `${stem}.js` }),
  };
  await writeAll([
    [files.elf, image.elf],
    [files.map, image.map],
    [files.script, image.script],
    ...(upload === undefined ? [] : [[`${stem}.js`, upload] as const]),
  ]);
  return {
    firmware,
    image,
    files,
    programBytes: Buffer.byteLength(program.code),
    modules: program.modules,
    profile: image.budget && program.profile,
    warnings: image.warnings ? [...warnings, image.warnings] : warnings,
  };
}
