/** From a bundled program to a linked image. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Board } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import { generateLinkerScript, LinkerScriptError, type MemoryMap } from '../../ldscripts/index.js';
import type { Firmware } from '../config/firmware.js';
import type { SectionDeclaration } from '../config/section.js';
import type { EngineProfile } from '../elf/notes.js';
import { badMemoryMap, sectionFile } from '../errors.js';
import { baseMap, baseObject, bootCodeHeader } from '../espruino/base/compose.js';
import { readBase } from '../espruino/base/read-base.js';
import { withTableAddress } from '../espruino/table-address.js';
import { type FirmwareParts, firmwareMap } from '../link/firmware-map.js';
import { link } from '../link/link.js';
import { type NativeParts, nativeMap } from '../link/native-map.js';
import { type Budget, heapBytes, heapFloor, type LoadedProgram } from '../native/budget.js';
import { isNative, type NativeBoardData, nativeLayout } from '../native/layout.js';
import { engineInputs, type LinkProducts, nativeInputs } from '../native/link-inputs.js';
import { linkWithBudget } from '../native/link-with-budget.js';
import { findProducts } from '../native/products.js';
import { encodeTable } from '../table/encode-table.js';
import { linkedAddresses, traceBuffers } from '../table/linked.js';
import { ENGINE_VERSION, ESPRUINO_VERSION, SDK_VERSION } from '../version.js';
import { makeObjects, type SectionContent } from './objects.js';
import { type Payload, sourcePayload } from './payload.js';
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
  /** Where the memory of a native image goes; absent in images without machine code. */
  readonly budget?: Budget;
}

/** How an image is made of a program. */
export interface ImageOptions {
  /** Name or path of a system linker; the bundled LLD when left out. */
  readonly linker?: string;
  /** Neither source map, sources nor symbols; the same build id as the image that has them. */
  readonly strip?: boolean;
  /** Engine and start-up code of native images; the SDK's own when left out. */
  readonly products?: LinkProducts;
}

/** A bundled program and what belongs to it. */
export interface BundledProgram {
  readonly code: string;
  /** JSON text. */
  readonly sourceMap: string;
  /** The original sources, where the image shall carry them. */
  readonly sources?: readonly SourceFile[];
  /** What is loaded; the text of the program when left out. */
  readonly payload?: Payload;
  /** What of the engine a native image holds, and that engine's version; absent in images without machine code. */
  readonly engine?: ProgramEngine;
}

/** The part of a native engine that a program takes into its image. */
export interface ProgramEngine {
  readonly profile: EngineProfile;
  /** Name and version. */
  readonly version: string;
  /** Every name that the program can use; members of built-in objects with other names are left out. All stay without it. */
  readonly words?: ReadonlySet<string>;
}

/** Links the image of `firmware` around the bundled program. */
export async function assemble(
  firmware: Firmware,
  { code, sourceMap, sources, payload = sourcePayload(code), engine }: BundledProgram,
  { linker, strip = false, products }: ImageOptions = {},
): Promise<Image> {
  const { board, resources, debug } = firmware;
  const sections = await Promise.all(firmware.sections.map((section) => readSection(firmware.dir, section)));
  if (firmware.engine === 'espruino') {
    return assembleEspruino(firmware, { code, sourceMap, sources, sections }, { linker, strip });
  }
  const profile = engine?.profile ?? 'full';
  const { kind, bytes } = payload;
  const loaded = kind === 'bytecode' ? kind : 'source';
  const program: LoadedProgram = { kind: loaded, debug, bytes: bytes.length };
  const parts = mapParts(firmware, sources !== undefined);
  const machine = isNative(board)
    ? engineInputs(board, profile, products ?? findProducts(), engine?.words)
    : undefined;
  const use = { profile, program, members: machine?.members ?? 0, resources };
  const native = isNative(board) ? nativeParts(board, parts, firmware, heapBytes(heapFloor(use))) : undefined;
  const map = native ? nativeMap(native) : firmwareMap(parts);
  const script = writeScript(board, map);
  const { objects, buildId } = makeObjects({
    board,
    resources,
    sections,
    code,
    payload,
    sourceMap,
    sources: sources && packSources(sources),
    strip,
    sdk: SDK_VERSION,
    engine: engine?.version ?? ENGINE_VERSION,
    profile: engine?.profile,
    script,
    further: native && machine && nativeInputs(native.board, native.layout, machine),
  });
  const options = { machine: cpus[board.cpu].machine, objects, script, linker, strip };
  const linked = native
    ? await linkWithBudget(firmware.name, options, { ...native, ...use, map })
    : await link(options);
  return { ...linked, script, buildId };
}

/** Linked twice: the program knows the table's address as a number, and only the linker knows the number. */
async function assembleEspruino(
  firmware: Firmware,
  { code, sourceMap, sources, sections }: BundledProgram & { readonly sections: readonly SectionContent[] },
  { linker, strip = false }: ImageOptions,
): Promise<Image> {
  const { board, resources } = firmware;
  const base = firmware.espruino && (await readBase(firmware, firmware.espruino));
  const parts = mapParts(firmware, sources !== undefined);
  const script = writeScript(board, base ? baseMap(base, parts) : firmwareMap(parts));
  const build = async (program: string): Promise<Image> => {
    const { bytes } = sourcePayload(program);
    const headerTail = base ? bootCodeHeader(bytes.length) : new Uint8Array(0);
    const { objects, buildId } = makeObjects({
      board,
      resources,
      sections,
      code: program,
      payload: { kind: 'espruino', bytes, headerTail },
      sourceMap,
      sources: sources && packSources(sources),
      strip,
      sdk: SDK_VERSION,
      engine: ESPRUINO_VERSION,
      script,
      further: base && [baseObject(base, board, bytes.length)],
    });
    const linked = await link({ machine: cpus[board.cpu].machine, objects, script, linker, strip });
    return { ...linked, script, buildId };
  };
  const upload = withTableAddress(code, (await build(code)).elf);
  return { ...(await build(upload)), upload };
}

function mapParts(
  { board, name, resources, sections, placement }: Firmware,
  sources: boolean,
): FirmwareParts {
  return {
    board,
    firmwareName: name,
    traces: traceBuffers(resources),
    sections: sections.map(({ name: called, align, region, size }) => ({
      name: called,
      align,
      region,
      noload: size !== undefined,
    })),
    placement,
    linked: linkedAddresses(resources),
    sources,
  };
}

function nativeParts(
  board: NativeBoardData,
  parts: FirmwareParts,
  { resources, placement }: Firmware,
  heapMin: number,
): NativeParts {
  const { traces } = parts;
  const tableBytes = encodeTable(resources).bytes.length;
  const layout = nativeLayout({ board, traces, tableBytes, placement });
  return { ...parts, board, layout, heapMin };
}

function writeScript(board: Board, map: MemoryMap): string {
  try {
    return generateLinkerScript(map);
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
