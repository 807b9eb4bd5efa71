/** Linker scripts for a firmware in C: a complete one, and a fragment for a script of the author's own. */
import { addressRanges, type Board, type MemoryRegion, RegionUse, regionsFor } from '../../boards/board.js';
import { cMemoryMap } from '../../ldscripts/c-project.js';
import { generateLinkerScript, LinkerScriptError } from '../../ldscripts/index.js';
import type { MapSection, MemoryMap } from '../../ldscripts/memory-map.js';
import { daToPa, da as toDa } from '../../runtime/abi/address.js';
import { SECTION_TABLE } from '../../runtime/abi/app.js';
import type { Firmware } from '../config/firmware.js';
import { badMemoryMap } from '../errors.js';
import { linkedSymbols, mapRegions, TABLE_ALIGN, traceSections } from '../link/firmware-map.js';
import { linkedAddresses, traceBuffers } from '../table/linked.js';

export interface ScriptOptions {
  /** Symbol of the first instruction. */
  readonly entry: string;
  /** Bytes. */
  readonly stack: number;
  /** Bytes; no heap when 0. */
  readonly heap: number;
}

/** Which memory holds what: as the declaration says, else as the core boots. */
function places({ board, placement }: Firmware) {
  const images = regionsFor(board, RegionUse.image);
  const code = placement.app ?? images[0].name;
  const data = placement.data ?? code;
  const { boot } = board;
  const vectors = boot.kind === 'vectors-at' ? regionAt(board, images, boot.da)?.name : undefined;
  return {
    vectors: placement.vectors ?? vectors ?? code,
    code,
    data,
    table: placement.table ?? data,
  };
}

/** The region that the core sees at `address`, at that address or at another one of the same memory. */
function regionAt(board: Board, images: readonly MemoryRegion[], address: number): MemoryRegion | undefined {
  const direct = images.find(({ da, len }) => address >= da && address < da + len);
  const target = daToPa(addressRanges(board), toDa(address), 4);
  return (
    direct ?? images.find(({ da, pa = da, len }) => target !== undefined && target >= pa && target < pa + len)
  );
}

/** The complete script: vectors, code, data, table, trace buffers, stack and heap. */
export function cLinkerScript(firmware: Firmware, options: ScriptOptions): string {
  const { board, name, resources } = firmware;
  const place = places(firmware);
  const base = cMemoryMap({
    title: [
      `${name} on ${board.name} (${board.description})`,
      'Written by rproc emit; sizes and addresses in bytes, as the remote core sees them.',
    ],
    entry: options.entry,
    regions: mapRegions(board),
    place,
    stack: { size: options.stack },
    ...(options.heap > 0 ? { heap: { size: options.heap } } : {}),
    strictEnds: board.linux.strictEnds,
  });
  const sections = [...base.sections, ...unnamedTraces(firmware, place.data)];
  const map: MemoryMap = {
    ...base,
    sections,
    symbols: linkedSymbols(linkedAddresses(resources), sections, place.code),
  };
  try {
    return generateLinkerScript(map);
  } catch (error) {
    if (error instanceof LinkerScriptError) throw badMemoryMap(board.name, error);
    throw error;
  }
}

/**
 * What a script of the author's own INCLUDEs inside SECTIONS. It names one region, `rproc_data`, which that script
 * makes with REGION_ALIAS.
 */
export function scriptFragment(firmware: Firmware): string {
  const { name, resources } = firmware;
  const traces = unnamedTraces({ ...firmware, resources: resources.map(inOneRegion) }, 'rproc_data');
  const outputs = traces.map(({ name: section, align, inputs }) => {
    const lines = inputs.map(({ pattern }) => `    . = ALIGN(${align});\n    KEEP(*(${pattern}))`);
    return `  ${section} (NOLOAD) : ALIGN(${align})\n  {\n${lines.join('\n')}\n  } > rproc_data\n`;
  });
  const symbols = linkedSymbols(
    linkedAddresses(resources).filter(({ of }) => of === 'section'),
    [],
    '',
  ).map(({ name: symbol, value }) => `  ${symbol} = ${value};\n`);
  const asserts = [
    [`SIZEOF(${SECTION_TABLE}) > 0`, `no object holds ${SECTION_TABLE}`],
    [
      `(ADDR(${SECTION_TABLE}) & ${TABLE_ALIGN - 1}) == 0`,
      `${SECTION_TABLE} is not aligned to ${TABLE_ALIGN} bytes`,
    ],
    [
      `LOADADDR(${SECTION_TABLE}) == ADDR(${SECTION_TABLE})`,
      `${SECTION_TABLE} is not loaded where Linux looks for it`,
    ],
  ].map(([condition, message]) => `  ASSERT(${condition}, "${message}")\n`);
  return `/*
 * The resource table of ${name} and its trace buffers. Written by rproc emit.
 * In the linker script, with a region of writable memory that Linux loads:
 *
 *   REGION_ALIAS("rproc_data", YOUR_REGION)
 *   SECTIONS
 *   {
 *     ...
 *     INCLUDE resource_table.ld
 *   }
 *
 * Linux finds the table by its section's name and writes its copy back to the section's address, so load and run
 * address must be the same.
 */
  ${SECTION_TABLE} : ALIGN(${TABLE_ALIGN})
  {
    KEEP(*(${SECTION_TABLE}))
  } > rproc_data

${[...outputs, ...symbols, ...asserts].join('\n')}`;
}

/** Trace sections whose symbols the object itself defines. */
function unnamedTraces({ resources }: Firmware, region: string): MapSection[] {
  return traceSections(traceBuffers(resources), region).map((section) => ({
    ...section,
    inputs: section.inputs.map(({ start: _, end: __, ...input }) => input),
  }));
}

function inOneRegion<T extends { readonly kind: string }>(resource: T): T {
  return resource.kind === 'trace' ? { ...resource, region: undefined } : resource;
}
