/** Where a firmware's sections lie on a board, as linker-script-gen takes it. */
import type { Board } from '../../boards/board.js';
import { RegionUse, regionsFor } from '../../boards/board.js';
import type { MapInput, MapSection, MemoryMap } from '../../ldscripts/memory-map.js';
import { hex } from '../../runtime/abi/address.js';
import {
  APP_ALIGN,
  SECTION_APP,
  SECTION_NOTE,
  SECTION_SOURCE,
  SECTION_SOURCEMAP,
  SECTION_TABLE,
  SECTION_TRACE,
} from '../../runtime/abi/app.js';
import type { Placement } from '../config/define.js';
import type { LinkedAddress } from '../config/resources/linked-address.js';
import {
  APP_END_SYMBOL,
  APP_SYMBOL,
  IMAGE_END_SYMBOL,
  sectionSymbol,
  spelled,
  TABLE_END_SYMBOL,
  TABLE_SYMBOL,
  traceEndSymbol,
  traceSection,
  traceSymbol,
} from './symbols.js';

/** Four would do for the kernel; 16 is customary and a board's DMA or cache may want it. */
export const TABLE_ALIGN = 16;
export const TRACE_ALIGN = 16;
/** Where readers look for the build id. */
export const SECTION_BUILD_ID = '.note.gnu.build-id';
/** What the app object calls it: GNU ld and LLD drop input sections that have the final name already. */
export const BUILD_ID_INPUT = '.rproc.build-id';

export interface TraceBuffer {
  /** As in the resource table. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The board's image region; the first one when left out. */
  readonly region?: string;
}

/** A section of the author's. */
export interface PlacedSection {
  readonly name: string;
  readonly align: number;
  readonly region?: string;
  /** Takes memory and no bytes of the file. */
  readonly noload: boolean;
}

export interface FirmwareParts {
  readonly board: Board;
  readonly firmwareName: string;
  readonly traces: readonly TraceBuffer[];
  readonly sections?: readonly PlacedSection[];
  readonly placement?: Placement;
  /** Addresses that the resource table takes from the linker. */
  readonly linked?: readonly LinkedAddress[];
  /** The image may carry the program's original sources. */
  readonly sources?: boolean;
}

/**
 * Table, app, the author's sections and trace buffers, each in its region of the board, in this order: what has no
 * bytes in the file comes last.
 */
export function firmwareMap(parts: FirmwareParts): MemoryMap {
  const { board, traces, placement = {}, sections: own = [], linked = [] } = parts;
  const first = regionsFor(board, RegionUse.image)[0].name;
  const loaded = (section: PlacedSection) => authorSection(section, first);
  const sections: MapSection[] = [
    tableSection(placement.table ?? first),
    appSection(placement.app ?? first),
    ...own.filter(({ noload }) => !noload).map(loaded),
    ...traceSections(traces, first),
    ...own.filter(({ noload }) => noload).map(loaded),
  ];
  return {
    title: firmwareTitle(parts),
    entry: APP_SYMBOL,
    regions: mapRegions(board),
    sections,
    nonAlloc: sourceSections(parts),
    notes: firmwareNotes,
    symbols: linkedSymbols(linked, sections, first),
    asserts: imageAsserts(parts),
    strictEnds: board.linux.strictEnds,
  };
}

export function firmwareTitle({ firmwareName, board }: FirmwareParts): string[] {
  return [
    `${firmwareName} on ${board.name} (${board.description})`,
    'Written by rproc build; sizes and addresses in bytes, as the remote core sees them.',
  ];
}

export function tableSection(region: string): MapSection {
  return {
    name: SECTION_TABLE,
    region,
    align: TABLE_ALIGN,
    inputs: [{ pattern: SECTION_TABLE, keep: true }],
    start: TABLE_SYMBOL,
    end: TABLE_END_SYMBOL,
    segment: { flags: 'rw' },
    comment: 'Linux finds the table by this name, copies it, and writes its copy back to this address.',
  };
}

export function appSection(region: string): MapSection {
  return {
    name: SECTION_APP,
    region,
    align: APP_ALIGN,
    inputs: [{ pattern: SECTION_APP, keep: true }],
    start: APP_SYMBOL,
    end: APP_END_SYMBOL,
    segment: { flags: 'r' },
    comment: 'App header and program.',
  };
}

/** Sections outside memory: what maps stacks and shows sources. */
export function sourceSections({ sources }: FirmwareParts): string[] {
  return sources ? [SECTION_SOURCEMAP, SECTION_SOURCE] : [SECTION_SOURCEMAP];
}

export const firmwareNotes: MemoryMap['notes'] = [
  { name: SECTION_BUILD_ID, pattern: BUILD_ID_INPUT },
  SECTION_NOTE,
];

export function imageAsserts({ traces }: FirmwareParts): MemoryMap['asserts'] {
  return [
    ...tableAsserts(),
    { condition: `${APP_END_SYMBOL} > ${APP_SYMBOL}`, message: `no object holds ${SECTION_APP}` },
    ...traceAsserts(traces),
  ];
}

/** The board's memory as regions of a script. */
export function mapRegions(board: Board): MemoryMap['regions'] {
  return board.memory.map(({ name, da, len, use, origin, pa }) => ({
    name,
    origin: da,
    length: len,
    attributes: use === RegionUse.image ? 'rwx' : 'rw',
    comment: `${use}; ${origin}` + (pa === undefined || pa === da ? '' : `; Linux sees it at ${hex(pa)}`),
  }));
}

/** What must hold for Linux to find the table (linux-remoteproc: find_table, find_loaded_rsc_table). */
function tableAsserts(): MemoryMap['asserts'] {
  return [
    {
      condition: `(${TABLE_SYMBOL} & ${TABLE_ALIGN - 1}) == 0`,
      message: `${SECTION_TABLE} is not aligned to ${TABLE_ALIGN} bytes`,
    },
    {
      condition: `${TABLE_END_SYMBOL} > ${TABLE_SYMBOL}`,
      message: `no object holds ${SECTION_TABLE}`,
    },
  ];
}

function traceAsserts(traces: readonly TraceBuffer[]): MemoryMap['asserts'] {
  return traces.map(({ name, size }) => ({
    condition: `${traceEndSymbol(name)} - ${traceSymbol(name)} == ${size}`,
    message: `the trace buffer ${spelled(name)} does not have ${size} bytes`,
  }));
}

/** One output section for the trace buffers of each region. */
export function traceSections(traces: readonly TraceBuffer[], first: string): MapSection[] {
  const regions = [...new Set(traces.map(({ region }) => region ?? first))];
  return regions.map((region) => {
    const here = traces.filter((buffer) => (buffer.region ?? first) === region);
    const sizes = here.map(({ name, size }) => `${name} ${size} bytes`).join(', ');
    return {
      name: region === first ? SECTION_TRACE : `${SECTION_TRACE}.${region}`,
      region,
      align: TRACE_ALIGN,
      inputs: here.map(
        ({ name }): MapInput => ({
          pattern: traceSection(name),
          keep: true,
          align: TRACE_ALIGN,
          start: traceSymbol(name),
          end: traceEndSymbol(name),
        }),
      ),
      noload: true,
      segment: { flags: 'rw' },
      comment: `Trace buffers, zeroed by Linux before every start: ${sizes}.`,
    };
  });
}

export function authorSection({ name, align, region, noload }: PlacedSection, first: string): MapSection {
  return {
    name,
    region: region ?? first,
    align,
    inputs: [{ pattern: name, keep: true, align }],
    noload,
    segment: { flags: noload ? 'rw' : 'r' },
    comment: 'Declared in firmware.config.ts.',
  };
}

/** Symbols behind the addresses of sections and of the image's end that the resource table holds. */
export function linkedSymbols(
  linked: readonly LinkedAddress[],
  sections: readonly MapSection[],
  first: string,
): MemoryMap['symbols'] {
  const names = new Set(linked.filter(({ of }) => of === 'section').map(({ name }) => name));
  const symbols: MemoryMap['symbols'][number][] = [...names].map((name) => ({
    name: sectionSymbol(name),
    value: `ADDR(${name})`,
    comment: 'for the resource table',
  }));
  if (linked.some(({ of }) => of === 'imageEnd')) {
    const last = sections.filter(({ region }) => region === first).at(-1)!;
    const value = `ADDR(${last.name}) + SIZEOF(${last.name})`;
    symbols.push({ name: IMAGE_END_SYMBOL, value, comment: `behind everything in ${first}` });
  }
  return symbols;
}
