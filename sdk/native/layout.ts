/** Where the parts of a native image go, before anything is linked: what linker script and board object agree on. */
import { type Board, type NativeSide, RegionUse, regionsFor } from '../../boards/board.js';
import { NativeStatus } from '../../runtime/abi/native.js';
import type { Placement } from '../config/define.js';
import { TABLE_ALIGN, TRACE_ALIGN, type TraceBuffer } from '../link/firmware-map.js';
import { TABLE_SYMBOL } from '../link/symbols.js';
import { type Family, familyOf } from './families.js';
import { blockFor, type LinkedBlock, type ProtectionRow, protectionRows } from './protection/index.js';

/** A board whose images hold machine code. */
export type NativeBoardData = Board & { readonly native: NativeSide };

/** The area of the script that is the stack; its symbols are `__rproc_stack_start` and `__rproc_stack_end`. */
export const STACK_AREA = 'rproc_stack';
export const HEAP_AREA = 'rproc_heap';
/** The lowest bytes of the stack, which nothing may touch: a frame larger than this could step over them. */
export const STACK_GUARD = 256;
/** C itself and interrupts below the deepest JavaScript (native-quickjs: 3 KiB and what interrupts take). */
export const STACK_MARGIN = 4096;
/** An expression of JavaScript nests about 20 calls with 8 KiB, which is too few (native-quickjs, section 3). */
export const STACK_MIN = 16 * 1024;
export const STATUS_ALIGN = 16;

/**
 * Table, traces and status that lie in one region: what Linux and the core both use, kept out of caches as one block.
 */
export interface SharedGroup {
  readonly region: string;
  /** Symbols at its start and behind its last byte. */
  readonly start: string;
  readonly end: string;
  /** Alignment of its start, bytes. */
  readonly align: number;
  /** Its end is a multiple of this, so that nothing else lies in a block's eighth that belongs to it. */
  readonly endAlign: number;
  /** Bytes; the link fails when it grows beyond. */
  readonly size: number;
  readonly table: boolean;
  readonly status: boolean;
}

export interface NativeLayout {
  readonly family: Family;
  /** Regions by part; all are image regions of the board. */
  readonly place: Required<NativeSide['place']> & { readonly table: string; readonly app: string };
  readonly groups: readonly SharedGroup[];
  /** Bytes of the stack, its guard included. */
  readonly stack: number;
  readonly protections: readonly ProtectionRow[];
}

export interface LayoutParts {
  readonly board: NativeBoardData;
  readonly traces: readonly TraceBuffer[];
  /** Bytes of the resource table. */
  readonly tableBytes: number;
  readonly placement?: Placement;
}

/** Does the board get images with machine code? */
export function isNative(board: Board): board is NativeBoardData {
  return board.native !== undefined && familyOf(board.cpu) !== undefined;
}

/** @throws ProblemError RP2030 where the core's protection unit has too few regions */
export function nativeLayout(parts: LayoutParts): NativeLayout {
  const { board, placement = {} } = parts;
  const family = familyOf(board.cpu)!;
  const { place } = board.native;
  const first = regionsFor(board, RegionUse.image)[0].name;
  const regions = {
    vectors: place.vectors,
    code: place.code,
    libraries: place.libraries ?? place.code,
    constants: place.constants ?? place.code,
    data: place.data,
    heap: place.heap ?? place.data,
    stack: place.stack ?? place.data,
    table: placement.table ?? first,
    app: placement.app ?? first,
  };
  const groups = sharedGroups(parts, family, regions.table, first);
  const blocks: LinkedBlock[] = family.cached
    ? groups.map(({ start, size }) => ({
        what: 'table, traces, status',
        protection: 'shared',
        symbol: start,
        ...blockFor(size),
      }))
    : [];
  blocks.push({
    ...{ what: 'stack guard', protection: 'none', symbol: `__${STACK_AREA}_start` },
    ...{ size: STACK_GUARD, disabled: 0 },
  });
  return {
    family,
    place: regions,
    groups,
    stack: Math.max(board.engine.stack, STACK_MIN),
    protections: protectionRows(board, family, blocks),
  };
}

function sharedGroups(
  { traces, tableBytes }: LayoutParts,
  { cached }: Family,
  tableRegion: string,
  first: string,
): SharedGroup[] {
  const regions = [...new Set([tableRegion, ...traces.map(({ region }) => region ?? first)])];
  return regions.map((region, i) => {
    const here = traces.filter((trace) => (trace.region ?? first) === region);
    const withTable = region === tableRegion;
    const sizes: [bytes: number, align: number][] = [
      ...(withTable ? [[tableBytes, TABLE_ALIGN] as [number, number]] : []),
      ...here.map(({ size }): [number, number] => [size, TRACE_ALIGN]),
      ...(withTable ? [[NativeStatus.size, STATUS_ALIGN] as [number, number]] : []),
    ];
    const bytes = sizes.reduce((end, [size, align]) => Math.ceil(end / align) * align + size, 0);
    const block = blockFor(bytes);
    return {
      region,
      start: withTable ? TABLE_SYMBOL : `__rproc_shared${i}_start`,
      end: `__rproc_shared${i}_end`,
      align: cached ? block.size : TABLE_ALIGN,
      endAlign: cached ? block.size / 8 : STATUS_ALIGN,
      size: cached ? block.used : Math.ceil(bytes / STATUS_ALIGN) * STATUS_ALIGN,
      table: withTable,
      status: withTable,
    };
  });
}
