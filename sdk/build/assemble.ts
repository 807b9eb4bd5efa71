/** From a bundled program to a linked image. */
import { cpus } from '../../boards/cpus.js';
import { generateLinkerScript, LinkerScriptError } from '../../ldscripts/index.js';
import type { Firmware } from '../config/load.js';
import { badMemoryMap } from '../errors.js';
import { firmwareMap } from '../link/firmware-map.js';
import { link } from '../link/link.js';
import { ENGINE_VERSION, SDK_VERSION } from '../version.js';
import { makeObjects } from './objects.js';
import { packSources, type SourceFile } from './sources.js';

/** Everything that a build leaves behind. */
export interface Image {
  readonly elf: Uint8Array;
  /** The linker's map. */
  readonly map: string;
  /** The linker script. */
  readonly script: string;
  /** Name and version of the linker. */
  readonly linker: string;
  readonly buildId: string;
  readonly warnings: string;
}

/** How an image is made of a program. */
export interface ImageOptions {
  /** Name or path of a system linker; the bundled LLD when left out. */
  readonly linker?: string;
  /** Neither source map, sources nor symbols; the same build id as the image that has them. */
  readonly strip?: boolean;
}

/** A bundled program and what belongs to it. */
export interface BundledProgram {
  readonly code: string;
  /** JSON text. */
  readonly sourceMap: string;
  /** The original sources, where the image shall carry them. */
  readonly sources?: readonly SourceFile[];
}

/** Links the image of `firmware` around the bundled program. */
export async function assemble(
  firmware: Firmware,
  { code, sourceMap, sources }: BundledProgram,
  { linker, strip = false }: ImageOptions = {},
): Promise<Image> {
  const { board, resources } = firmware;
  const script = writeScript(firmware, sources !== undefined);
  const { objects, buildId } = makeObjects({
    board,
    resources,
    code,
    sourceMap,
    sources: sources && packSources(sources),
    strip,
    sdk: SDK_VERSION,
    engine: ENGINE_VERSION,
    script,
  });
  const linked = await link({ machine: cpus[board.cpu].machine, objects, script, linker, strip });
  return { ...linked, script, buildId };
}

function writeScript({ board, name, resources }: Firmware, sources: boolean): string {
  const traces = resources.filter((resource) => resource.kind === 'trace');
  try {
    return generateLinkerScript(firmwareMap({ board, firmwareName: name, traces, sources }));
  } catch (error) {
    if (error instanceof LinkerScriptError) throw badMemoryMap(board.name, error);
    throw error;
  }
}
