/** Where the parts of a native image lie: machine code, engine and libraries besides what every firmware has. */
import type { BootRule } from '../../boards/board.js';
import { addressRanges, RegionUse, regionsFor } from '../../boards/board.js';
import type { MapArea, MapInput, MapSection, MemoryMap } from '../../ldscripts/memory-map.js';
import { da, daToPa, hex } from '../../runtime/abi/address.js';
import { SECTION_PROGRAM } from '../../runtime/abi/app.js';
import { SECTION_BOARD, SECTION_STATUS } from '../../runtime/abi/native.js';
import {
  HEAP_AREA,
  type NativeBoardData,
  type NativeLayout,
  type SharedGroup,
  STACK_AREA,
  STACK_GUARD,
  STATUS_ALIGN,
} from '../native/layout.js';
import {
  appSection,
  authorSection,
  type FirmwareParts,
  firmwareNotes,
  firmwareTitle,
  imageAsserts,
  linkedSymbols,
  mapRegions,
  sourceSections,
  tableSection,
  traceSections,
} from './firmware-map.js';

export const SECTION_VECTORS = '.rproc.vectors';
/** Code that runs before the protection unit is on, beside the vectors. */
export const SECTION_RESET = '.rproc.reset';
/** C library, compiler support and mathematics: code and constants. */
export const SECTION_LIBRARIES = '.rproc.libraries';
/** The archive that they come from, as the script names it. */
export const LIBRARIES_FILE = '*libsupport.a:*';

export interface NativeParts extends FirmwareParts {
  readonly board: NativeBoardData;
  readonly layout: NativeLayout;
  /** Bytes that the heap must have at least. */
  readonly heapMin: number;
}

const CODE = '.text .text.*';
const CONSTANTS = '.rodata .rodata.* .srodata .srodata.*';
const DATA = '.data .data.* .sdata .sdata.*';
const ZEROED = '.bss .bss.* .sbss .sbss.* COMMON';

/**
 * In this order, each in its region: vectors; table, traces and status as one block; the program; the author's sections;
 * libraries, code, constants, board record; data. What has no bytes in the file comes last, but for traces and status.
 */
export function nativeMap(parts: NativeParts): MemoryMap {
  const { board, layout, sections: own = [], linked = [] } = parts;
  const first = regionsFor(board, RegionUse.image)[0].name;
  const { place, family } = layout;
  const loaded = own.filter(({ noload }) => !noload).map((section) => authorSection(section, first));
  const reserved = own.filter(({ noload }) => noload).map((section) => authorSection(section, first));
  const sections: MapSection[] = [
    vectorsSection(place.vectors, family.vectorsAlign),
    ...layout.groups.flatMap((group) => sharedSections(parts, group, first)),
    appSection(place.app),
    ...loaded,
    code(SECTION_LIBRARIES, place.libraries, 16, [
      { file: LIBRARIES_FILE, pattern: CODE },
      { file: LIBRARIES_FILE, pattern: CONSTANTS },
    ]),
    code('.text', place.code, 16, [{ pattern: CODE }]),
    code('.rodata', place.constants, 16, [{ pattern: CONSTANTS }]),
    code(SECTION_BOARD, place.code, 8, [{ pattern: SECTION_BOARD, keep: true }]),
    data('.data', place.data, [{ pattern: DATA }], { start: '__data_start', end: '__data_end' }),
    data('.bss', place.data, [{ pattern: ZEROED }, filledUp(8, '__bss_end')], {
      start: '__bss_start',
      noload: true,
    }),
    ...reserved,
  ];
  return {
    title: firmwareTitle(parts),
    entry: family.entry,
    regions: mapRegions(board),
    sections,
    nonAlloc: [...sourceSections(parts), SECTION_PROGRAM],
    notes: firmwareNotes,
    symbols: [...linkedSymbols(linked, sections, first), ...protectionSymbols(layout)],
    asserts: [...imageAsserts(parts), ...nativeAsserts(parts)],
    areas: areas(parts),
    strictEnds: board.linux.strictEnds,
  };
}

function vectorsSection(region: string, align: number): MapSection {
  return {
    ...code(SECTION_VECTORS, region, align, [
      { pattern: `${SECTION_VECTORS} ${SECTION_VECTORS}.*`, keep: true },
      { pattern: `${SECTION_RESET} ${SECTION_RESET}.*`, keep: true },
    ]),
    comment: 'Vectors, and code that runs before the memory protection unit is on.',
  };
}

/** The table, the traces of one region and the status record; the last of them fills up the block. */
function sharedSections({ traces }: NativeParts, group: SharedGroup, first: string): MapSection[] {
  const { region, table, status, end, align, endAlign } = group;
  const here = traces.filter((trace) => (trace.region ?? first) === region);
  const sections = [...(table ? [tableSection(region)] : []), ...traceSections(here, first)];
  if (status) {
    const inputs = [{ pattern: SECTION_STATUS, keep: true }];
    const comment = 'What the core says of itself; zeroed by Linux before every start.';
    sections.push({
      ...data(SECTION_STATUS, region, inputs, { noload: true }),
      align: STATUS_ALIGN,
      comment,
    });
  }
  sections[0] = { ...sections[0], align, start: group.start };
  const last = sections.length - 1;
  sections[last] = { ...sections[last], inputs: [...sections[last].inputs, filledUp(endAlign, end)] };
  return sections;
}

/** Nothing, behind what fills the section up to a multiple of `align`, where `end` is. */
function filledUp(align: number, end: string): MapInput {
  return { pattern: '.rproc.fill', align, start: end };
}

function code(name: string, region: string, align: number, inputs: readonly MapInput[]): MapSection {
  return { name, region, align, inputs, segment: { flags: 'rx' } };
}

function data(
  name: string,
  region: string,
  inputs: readonly MapInput[],
  more: Partial<MapSection>,
): MapSection {
  return { name, region, align: 8, inputs, segment: { flags: 'rw' }, ...more };
}

/** The stack grows down from its region's end; the heap is what is left of its region. */
function areas({ layout, heapMin }: NativeParts): MapArea[] {
  const { place, stack } = layout;
  return [
    {
      ...{ name: STACK_AREA, region: place.stack, size: stack, align: STACK_GUARD, at: 'region-end' },
      comment: `the lowest ${STACK_GUARD} bytes may not be touched`,
    },
    {
      ...{ name: HEAP_AREA, region: place.heap, size: 'rest', min: heapMin, align: 16 },
      comment: `at least ${heapMin} bytes`,
    },
  ];
}

/** Addresses in the encoding of a protection unit whose registers no relocation can fill. */
function protectionSymbols({ protections }: NativeLayout): MemoryMap['symbols'] {
  return protections.flatMap(({ base, what }) =>
    typeof base === 'object' && base.value !== undefined
      ? [{ name: base.symbol, value: base.value, comment: `memory protection: ${what}` }]
      : [],
  );
}

function nativeAsserts({ board, layout }: NativeParts): MemoryMap['asserts'] {
  const { family, groups } = layout;
  return [
    { condition: `SIZEOF(${SECTION_VECTORS}) > 0`, message: `no object holds ${SECTION_VECTORS}` },
    { condition: `SIZEOF(${SECTION_BOARD}) > 0`, message: `no object holds ${SECTION_BOARD}` },
    {
      condition: `(ADDR(${SECTION_VECTORS}) & ${family.vectorsAlign - 1}) == 0`,
      message: `${SECTION_VECTORS} is not aligned to ${family.vectorsAlign} bytes`,
    },
    ...bootAsserts(board, family.entry, board.boot),
    ...groups.map(({ start, end, size, region }) => ({
      condition: `${end} - ${start} <= ${size}`,
      message: `table, traces and status in ${region} exceed ${size} bytes`,
    })),
  ];
}

/** The vectors lie where this core fetches them, under the address of the region that they are linked for. */
function bootAsserts(board: NativeBoardData, entry: string, boot: BootRule): MemoryMap['asserts'] {
  if (boot.kind === 'entry') {
    return [
      {
        condition: `(${entry} & ${boot.align - 1}) == 0`,
        message: `${entry} is not aligned to ${boot.align} bytes, which the boot address of ${board.name} needs`,
      },
    ];
  }
  if (boot.kind !== 'vectors-at') return [];
  const at = vectorsAddress(board, boot.da);
  return [
    {
      condition: `ADDR(${SECTION_VECTORS}) == ${hex(at)}`,
      message: `${SECTION_VECTORS} is not at ${hex(at)}, where ${board.name} takes its vectors`,
    },
  ];
}

/** Where a region shows the memory that the core sees at `boot`: there itself, or at the alias that Linux loads to. */
export function vectorsAddress(board: NativeBoardData, boot: number): number {
  const ranges = addressRanges(board);
  const physical = daToPa(ranges, da(boot), 1);
  const region = board.memory.find(({ name }) => name === board.native.place.vectors)!;
  const offset = physical === undefined ? -1 : physical - (region.pa ?? region.da);
  return offset >= 0 && offset < region.len ? region.da + offset : boot;
}
