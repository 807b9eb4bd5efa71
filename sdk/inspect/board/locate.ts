/** Finds ranges of device addresses in a board's memory. */
import type { Board, MemoryRegion } from '../../../boards/board.js';
import { hex } from '../../../runtime/abi/address.js';
import type { RangePlacement } from './placement.js';
import { physicalStart, type Translated, translate } from './view.js';

/** Memory that may hold something: a region of the board, or a row of the driver's table outside of all regions. */
export interface Place {
  readonly name: string;
  readonly use: string;
  readonly da: number;
  readonly pa: number;
  readonly len: number;
  readonly aliasOf: string | null;
}

export function placeOf(region: MemoryRegion): Place {
  const { name, use, da, len, aliasOf } = region;
  return { name, use, da, pa: physicalStart(region), len, aliasOf: aliasOf ?? null };
}

/** The places of a board by device address; rows only where no region holds their start. */
export function placesOf(board: Board): Place[] {
  const regions = board.memory.map(placeOf);
  const rows = (board.translation ?? [])
    .filter(({ own, pa, da }) => own && !placeAt(regions, pa ?? da))
    .map(({ name, da, pa, len }) => ({ name, use: 'row', da, pa: pa ?? da, len, aliasOf: null }));
  const firsts = rows.filter((row, i) => rows.findIndex(({ pa }) => pa === row.pa) === i);
  return [...regions, ...firsts].sort((a, b) => a.da - b.da);
}

/** The place that holds physical address `pa`. */
export function placeAt(places: readonly Place[], pa: number): Place | undefined {
  return places.find((place) => pa >= place.pa && pa < place.pa + place.len);
}

/** `size` bytes at device address `da`, as Linux finds them when it loads or reads there. */
export function locate(board: Board, places: readonly Place[], da: bigint, size: number): RangePlacement {
  const found = translate(board, da, size);
  // Were it not for the strict end, or for the end at all.
  const loose = found ?? translate(board, da, size, false);
  const start = loose ?? translate(board, da, 1, false);
  return describe(places, da, size, start, found !== undefined, !found && loose !== undefined);
}

/** `size` bytes that an entry asks for at `da`: in the region of that device address, mapped by Linux or not. */
export function locateRequest(
  board: Board,
  places: readonly Place[],
  da: bigint,
  size: number,
): RangePlacement {
  const at = Number(da);
  const region = board.memory.find((one) => at >= one.da && at < one.da + one.len);
  if (!region) return locate(board, places, da, size);
  const start = { pa: physicalStart(region) + (at - region.da), via: `region ${region.name}` };
  return describe(places, da, size, start, at + size <= region.da + region.len, false);
}

function describe(
  places: readonly Place[],
  da: bigint,
  size: number,
  start: Translated | undefined,
  inside: boolean,
  refusedByStrictEnd: boolean,
): RangePlacement {
  const place = start && placeAt(places, start.pa);
  const roomLeft = place ? place.pa + place.len - (start.pa + size) : null;
  return {
    da: hex(da),
    size,
    inside,
    via: start?.via ?? null,
    pa: start ? hex(start.pa) : null,
    region: place?.name ?? null,
    roomLeft,
    crossesEnd: start !== undefined && (roomLeft === null ? !inside && !refusedByStrictEnd : roomLeft < 0),
    refusedByStrictEnd,
  };
}
