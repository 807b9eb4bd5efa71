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
import { utf8Encode } from '../../runtime/abi/utf8.js';

export const TABLE_SYMBOL = 'rproc_resource_table';
export const TABLE_END_SYMBOL = 'rproc_resource_table_end';
/** The app header; also the image's entry, so that `e_entry` leads to it. */
export const APP_SYMBOL = 'rproc_app';
export const APP_END_SYMBOL = 'rproc_app_end';
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
}

/**
 * The symbol at the start of the trace buffer `name`. Different names have different symbols: what is not a
 * letter, digit or `_` is spelled `$` and the byte in hex (`log-1`: `rproc_trace_log$2d1`).
 */
export function traceSymbol(name: string): string {
  return 'rproc_trace_' + spelled(name);
}

/** The symbol behind the last byte of the trace buffer `name`. */
export function traceEndSymbol(name: string): string {
  return traceSymbol(name) + '_end';
}

/** The input section that holds the trace buffer `name`. */
export function traceSection(name: string): string {
  return `${SECTION_TRACE}.${spelled(name)}`;
}

/**
 * Table, app and trace buffers in the board's first image region, in this order. Trace buffers come last
 * because they have no bytes in the file.
 */
export function firmwareMap({
  board,
  firmwareName,
  traces,
  sources = false,
}: {
  readonly board: Board;
  readonly firmwareName: string;
  readonly traces: readonly TraceBuffer[];
  /** The image may carry the program's original sources. */
  readonly sources?: boolean;
}): MemoryMap {
  const region = regionsFor(board, RegionUse.image)[0].name;
  const sections: MapSection[] = [
    {
      name: SECTION_TABLE,
      region,
      align: TABLE_ALIGN,
      inputs: [{ pattern: SECTION_TABLE, keep: true }],
      start: TABLE_SYMBOL,
      end: TABLE_END_SYMBOL,
      segment: { flags: 'rw' },
      comment: 'Linux finds the table by this name, copies it, and writes its copy back to this address.',
    },
    {
      name: SECTION_APP,
      region,
      align: APP_ALIGN,
      inputs: [{ pattern: SECTION_APP, keep: true }],
      start: APP_SYMBOL,
      end: APP_END_SYMBOL,
      segment: { flags: 'r' },
      comment: 'App header and program.',
    },
  ];
  const asserts = [
    {
      condition: `(${TABLE_SYMBOL} & ${TABLE_ALIGN - 1}) == 0`,
      message: `${SECTION_TABLE} is not aligned to ${TABLE_ALIGN} bytes`,
    },
    {
      condition: `${TABLE_END_SYMBOL} > ${TABLE_SYMBOL}`,
      message: `no object holds ${SECTION_TABLE}`,
    },
    { condition: `${APP_END_SYMBOL} > ${APP_SYMBOL}`, message: `no object holds ${SECTION_APP}` },
  ];
  if (traces.length > 0) {
    const sizes = traces.map(({ name, size }) => `${name} ${size} bytes`).join(', ');
    sections.push({
      name: SECTION_TRACE,
      region,
      align: TRACE_ALIGN,
      inputs: traces.map(
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
    });
    for (const { name, size } of traces) {
      asserts.push({
        condition: `${traceEndSymbol(name)} - ${traceSymbol(name)} == ${size}`,
        message: `the trace buffer ${spelled(name)} does not have ${size} bytes`,
      });
    }
  }
  return {
    title: [
      `${firmwareName} on ${board.name} (${board.description})`,
      'Written by rproc build; sizes and addresses in bytes, as the remote core sees them.',
    ],
    entry: APP_SYMBOL,
    regions: board.memory.map(({ name, da, len, use, origin, pa }) => ({
      name,
      origin: da,
      length: len,
      attributes: use === RegionUse.image ? 'rwx' : 'rw',
      comment: `${use}; ${origin}` + (pa === undefined || pa === da ? '' : `; Linux sees it at ${hex(pa)}`),
    })),
    sections,
    nonAlloc: sources ? [SECTION_SOURCEMAP, SECTION_SOURCE] : [SECTION_SOURCEMAP],
    notes: [{ name: SECTION_BUILD_ID, pattern: BUILD_ID_INPUT }, SECTION_NOTE],
    symbols: [],
    asserts,
    strictEnds: board.linux.strictEnds,
  };
}

function spelled(name: string): string {
  let text = '';
  // A final "_end" would read as the end symbol of another buffer.
  const plain = name.endsWith('_end') ? name.length - 4 : -1;
  for (let i = 0; i < name.length; ) {
    const character = String.fromCodePoint(name.codePointAt(i)!);
    if (/[A-Za-z0-9_]/.test(character) && i !== plain) text += character;
    else for (const byte of utf8Encode(character)) text += '$' + byte.toString(16).padStart(2, '0');
    i += character.length;
  }
  return text;
}
