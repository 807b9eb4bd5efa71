/** `rproc build` as a function. */
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { bundleFirmware } from '../bundle/bundle.js';
import { type Firmware, loadFirmware } from '../config/load.js';
import { cannotWrite, stripWithSources } from '../errors.js';
import { preloadLinker } from '../link/link.js';
import type { Image } from './assemble.js';

export interface BuildOptions {
  /** Folder with firmware.config.ts; the current folder when left out. */
  readonly dir?: string;
  /** Path of the ELF file; `NAME.elf` in `dir` when left out. The map and script go beside it. */
  readonly output?: string;
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

export interface BuildResult {
  readonly firmware: Firmware;
  readonly image: Image;
  /** Absolute paths. */
  readonly files: { readonly elf: string; readonly map: string; readonly script: string };
  /** Bytes of the bundled program. */
  readonly programBytes: number;
  readonly modules: readonly string[];
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
  const firmware = { ...loaded, sources: options.sources ?? loaded.sources };
  const { image, program, warnings } = await bundleFirmware(firmware, options);
  const elf = resolve(options.output ?? join(firmware.dir, `${firmware.name}.elf`));
  const stem = elf.replace(/\.elf$/, '');
  const files = { elf, map: `${stem}.map`, script: `${stem}.ld` };
  await writeAll([
    [files.elf, image.elf],
    [files.map, image.map],
    [files.script, image.script],
  ]);
  return {
    firmware,
    image,
    files,
    programBytes: Buffer.byteLength(program.code),
    modules: program.modules,
    warnings: image.warnings ? [...warnings, image.warnings] : warnings,
  };
}

/** Writes all files or none: each under a temporary name first, then all are put in place. */
async function writeAll(files: readonly (readonly [string, Uint8Array | string])[]): Promise<void> {
  for (const [path] of files) {
    // A rename onto a folder fails only when others are done.
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw cannotWrite(path, dirname(path), 'it is a folder');
  }
  const staged = files.map(([path]) => `${path}.tmp-${process.pid}`);
  try {
    for (const [i, [path, content]] of files.entries()) {
      await writeFile(staged[i], content).catch((error: Error) => {
        throw cannotWrite(path, dirname(path), error.message.replace(/ '.*$/, ''));
      });
    }
    // The image last: whoever sees a new one sees all of the build.
    for (const [i, [path]] of [...files.entries()].reverse()) {
      await rename(staged[i], path).catch((error: Error) => {
        throw cannotWrite(path, dirname(path), error.message.replace(/ '.*$/, ''));
      });
    }
  } finally {
    for (const path of staged) await rm(path, { force: true });
  }
}
