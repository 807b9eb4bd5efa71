/** Rows of the memory protection unit of a board's core. */
import type { Board } from '../../../boards/board.js';
import { protectionTooSmall } from '../../errors.js';
import type { Family } from '../families.js';
import { cover, enclose } from './cover.js';
import { pmpLinkedRow, pmpRows } from './pmp.js';
import { armv7mRow, cortexRRow } from './pmsa.js';
import { type ProtectedRange, protectedRanges } from './ranges.js';
import type { LinkedBlock, Placed, ProtectionRow } from './rows.js';

export { blockFor } from './cover.js';
export type { LinkedBlock, LinkedWord, ProtectionRow } from './rows.js';

/**
 * The rows in the order in which start-up code numbers them, `linked` among them: what the linker places lies in memory
 * with a protection of its own and has precedence over it.
 * @throws ProblemError RP2030 where the unit has too few regions
 */
export function protectionRows(
  board: Board,
  family: Family,
  linked: readonly LinkedBlock[],
): ProtectionRow[] {
  const ranges = protectedRanges(board, family);
  if (family.protection === 'pmp') {
    // The entry with the lowest number counts.
    const rows = [...linked.flatMap(pmpLinkedRow), ...ranges.flatMap(pmpRows)];
    return checked(board, family, rows);
  }
  const blocks: Placed[] = [
    ...withFewDevices(ranges, family.protectionRegions - linked.length),
    ...linked.map(placed),
  ];
  const row = family.protection === 'armv7m' ? armv7mRow : cortexRRow;
  return checked(board, family, blocks.map(row));
}

function placed({ what, protection, symbol, size, disabled }: LinkedBlock): Placed {
  return { what, protection, base: { symbol }, size, disabled };
}

function checked(board: Board, family: Family, rows: readonly ProtectionRow[]): ProtectionRow[] {
  const { protectionRegions } = family;
  if (rows.length > protectionRegions) throw protectionTooSmall(board.name, protectionRegions, rows);
  return [...rows];
}

/**
 * Exact blocks for memory. Registers lie far from it, and one block may hold several blocks of registers with the
 * addresses between them: neighbours are taken together until there are few enough.
 */
function withFewDevices(ranges: readonly ProtectedRange[], limit: number): Placed[] {
  const exact = ({ what, protection, da, len }: ProtectedRange): Placed[] =>
    cover(da, len).map((block) => ({ what, protection, ...block }));
  const memory = ranges.filter(({ protection }) => protection !== 'device').flatMap(exact);
  let groups = ranges.filter(({ protection }) => protection === 'device');
  let devices = groups.flatMap(exact);
  while (devices.length + memory.length > limit && groups.length > 1) {
    groups = withClosestJoined(groups);
    devices = groups.map(({ what, da, len }) => ({ what, protection: 'device', ...enclose(da, len) }));
  }
  return [...devices, ...memory];
}

/** The two neighbours that need the smallest block together become one. */
function withClosestJoined(groups: readonly ProtectedRange[]): ProtectedRange[] {
  const both = (i: number): ProtectedRange => {
    const [a, b] = [groups[i], groups[i + 1]];
    return { ...a, what: `${a.what}, ${b.what}`, len: b.da + b.len - a.da };
  };
  let best = 0;
  for (let i = 1; i + 1 < groups.length; i++) {
    const [one, other] = [both(i), both(best)];
    if (enclose(one.da, one.len).size < enclose(other.da, other.len).size) best = i;
  }
  return [...groups.slice(0, best), both(best), ...groups.slice(best + 2)];
}
