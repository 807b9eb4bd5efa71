/** From a bundled program to a linked image. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cpus } from '../../boards/cpus.js';
import { generateLinkerScript, LinkerScriptError } from '../../ldscripts/index.js';
import type { Firmware } from '../config/firmware.js';
import type { SectionDeclaration } from '../config/section.js';
import { badMemoryMap, sectionFile } from '../errors.js';
import { baseMap, baseObject, bootCodeHeader } from '../espruino/base/compose.js';
import { type EspruinoBase, readBase } from '../espruino/base/read-base.js';
import { withTableAddress } from '../espruino/table-address.js';
import { type FirmwareParts, firmwareMap } from '../link/firmware-map.js';
import { link } from '../link/link.js';
import { linkedAddresses, traceBuffers } from '../table/linked.js';
import { ENGINE_VERSION, ESPRUINO_VERSION, SDK_VERSION } from '../version.js';
import { makeObjects, type SectionContent } from './objects.js';
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
  /** The program as text for Espruino's console or `E.setBootCode`; absent for other engines. */
  readonly upload?: string;
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
  const sections = await Promise.all(firmware.sections.map((section) => readSection(firmware.dir, section)));
  const espruino = firmware.engine === 'espruino';
  const base = espruino && firmware.espruino ? await readBase(firmware, firmware.espruino) : undefined;
  const script = writeScript(firmware, sources !== undefined, base);
  const bytes = Buffer.byteLength(code);
  const build = async (program: string): Promise<Image> => {
    const { objects, buildId } = makeObjects({
      board,
      resources,
      sections,
      code: program,
      sourceMap,
      sources: sources && packSources(sources),
      strip,
      sdk: SDK_VERSION,
      engine: espruino ? ESPRUINO_VERSION : ENGINE_VERSION,
      espruino: espruino
        ? {
            headerTail: base ? bootCodeHeader(bytes) : new Uint8Array(0),
            base: base && baseObject(base, board, bytes),
          }
        : undefined,
      script,
    });
    const linked = await link({ machine: cpus[board.cpu].machine, objects, script, linker, strip });
    return { ...linked, script, buildId };
  };
  const image = await build(code);
  if (!espruino) return image;
  const upload = withTableAddress(code, image.elf);
  return { ...(await build(upload)), upload };
}

function writeScript(
  { board, name, resources, sections, placement }: Firmware,
  withSources: boolean,
  base: EspruinoBase | undefined,
): string {
  const parts: FirmwareParts = {
    board,
    firmwareName: name,
    traces: traceBuffers(resources),
    sections: sections.map(({ name, align, region, size }) => ({
      name,
      align,
      region,
      noload: size !== undefined,
    })),
    placement,
    linked: linkedAddresses(resources),
    sources: withSources,
  };
  try {
    return generateLinkerScript(base ? baseMap(base, parts) : firmwareMap(parts));
  } catch (error) {
    if (error instanceof LinkerScriptError) throw badMemoryMap(board.name, error);
    throw error;
  }
}

async function readSection(dir: string, section: SectionDeclaration): Promise<SectionContent> {
  const { name, align, file, size, where } = section;
  const data = file === undefined ? section.data : await readDeclared(resolve(dir, file), name, where);
  return { name, align, data, size: data?.length ?? size ?? 0 };
}

async function readDeclared(path: string, section: string, where: string | undefined): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(path));
  } catch (error) {
    throw sectionFile(section, path, (error as Error).message, where);
  }
}
