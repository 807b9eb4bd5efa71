/** From a bundled program to a linked image. */
import { cpus } from '../../boards/cpus.js';
import { generateLinkerScript, LinkerScriptError } from '../../ldscripts/index.js';
import type { Firmware } from '../config/load.js';
import { badMemoryMap } from '../errors.js';
import { firmwareMap } from '../link/firmware-map.js';
import { link } from '../link/link.js';
import { ENGINE_VERSION, SDK_VERSION } from '../version.js';
import { makeObjects } from './objects.js';

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

/**
 * Links the image of `firmware` around the bundled `code`.
 * @param linker name or path of a system linker; the bundled LLD when left out
 */
export async function assemble(
  firmware: Firmware,
  code: string,
  sourceMap: string,
  linker?: string,
): Promise<Image> {
  const { board, resources } = firmware;
  const script = writeScript(firmware);
  const { objects, buildId } = makeObjects({
    board,
    resources,
    code,
    sourceMap,
    sdk: SDK_VERSION,
    engine: ENGINE_VERSION,
    script,
  });
  const linked = await link({ machine: cpus[board.cpu].machine, objects, script, linker });
  return { ...linked, script, buildId };
}

function writeScript({ board, name, resources }: Firmware): string {
  const traces = resources.filter((resource) => resource.kind === 'trace');
  try {
    return generateLinkerScript(firmwareMap({ board, firmwareName: name, traces }));
  } catch (error) {
    if (error instanceof LinkerScriptError) throw badMemoryMap(board.name, error);
    throw error;
  }
}
