/** Which memory of a board is protected how, before any unit's registers come in. */
import { type Board, type MemoryRegion, RegionUse } from '../../../boards/board.js';
import type { Family } from '../families.js';
import { BLOCK_MIN } from './cover.js';

/**
 * `image`: Normal memory, cached, executable. `shared`: Normal memory that no cache holds, not executable. `device`:
 * registers, not executable. `none`: every access faults.
 */
export type Protection = 'image' | 'shared' | 'device' | 'none';

export interface ProtectedRange {
  readonly what: string;
  readonly protection: Protection;
  readonly da: number;
  /** Bytes. */
  readonly len: number;
}

/** Bytes of a register block, where only its base is known: one page holds each of those that there are drivers for. */
const REGISTERS = 0x1000;
/** Addresses from 0 on that nobody means. */
const NULL_LEN = 0x1000;

/**
 * Ranges with fixed addresses. Neighbours with the same protection are one; none of them overlap, but that device ranges may
 * lie around others.
 */
export function protectedRanges(board: Board, family: Family): ProtectedRange[] {
  const { memory } = board;
  const shared = memory
    .filter(({ use }) => use === RegionUse.named || use === RegionUse.pool || use === RegionUse.table)
    .map((region) => range(region, 'shared'));
  const image = memory
    .filter(({ use, aliasOf }) => use === RegionUse.image && aliasOf === undefined)
    .filter((region) => needsRow(region, family))
    .map((region) => range(region, 'image'));
  const devices = family.protection === 'cortex-r' ? deviceRanges(board) : [];
  const guard: ProtectedRange = { what: 'null pointers', protection: 'none', da: 0, len: NULL_LEN };
  const guarded = family.protection === 'armv7m' && !anythingAt(board, guard);
  return [...joined(devices), ...joined(image), ...joined(shared), ...(guarded ? [guard] : [])];
}

function range({ name, da, len }: MemoryRegion, protection: Protection): ProtectedRange {
  return { what: name, protection, da, len };
}

/**
 * PMP does without: what no entry names is the machine mode's, and there are no caches. PMSAv7-M has the default map
 * below its regions, which serves where it says Normal, executable and, for a core with caches, write-back.
 */
function needsRow({ da, len, internal }: MemoryRegion, { protection, cached }: Family): boolean {
  if (protection === 'pmp') return false;
  if (protection === 'cortex-r') return true;
  const within = (from: number, to: number) => da >= from && da + len <= to;
  // ARM DDI 0403, B3.1: Code is write-through, SRAM and the first half gigabyte of RAM write-back, the second write-through.
  if (within(0x20000000, 0x40000000) || within(0x60000000, 0x80000000)) return false;
  // Caches do not hold tightly coupled memory.
  const writeThrough = within(0, 0x20000000) || within(0x80000000, 0xa0000000);
  return !(writeThrough && (!cached || internal === true));
}

/**
 * Everything that start-up code and the mailbox's driver reach. Only what is named here can be reached on a Cortex-R,
 * whose default map is off.
 */
function deviceRanges({ native, mailbox, memory }: Board): ProtectedRange[] {
  const ranges: ProtectedRange[] = [];
  const add = (what: string, da: number | undefined, len = REGISTERS) => {
    if (da === undefined) return;
    const from = Math.floor(da / REGISTERS) * REGISTERS;
    ranges.push({
      what,
      protection: 'device',
      da: from,
      len: Math.ceil((da + len - from) / REGISTERS) * REGISTERS,
    });
  };
  for (const { da, len } of native?.registers ?? []) add('registers', da, len);
  if (native && 'base' in native.timer) add('timer', native.timer.base);
  if (native && 'base' in native.irqc) {
    add('interrupt controller', native.irqc.base, native.irqc.type === 'vim' ? 4 * REGISTERS : REGISTERS);
    if (native.irqc.type === 'gic') add('interrupts of this core', native.irqc.cpu);
  }
  add('console', native?.console?.base);
  add('mailbox', mailbox?.remoteBase);
  add('crash register', native?.crash?.da, 4);
  for (const { da } of native?.setup ?? []) add('set-up register', da, 4);
  for (const { name, da, len, use } of memory) if (use === RegionUse.mailbox) add(name, da, len);
  return ranges;
}

/** Sorted; what touches or overlaps is one range. */
function joined(ranges: readonly ProtectedRange[]): ProtectedRange[] {
  const result: ProtectedRange[] = [];
  for (const one of [...ranges].map(whole).sort((a, b) => a.da - b.da || b.len - a.len)) {
    const last = result.at(-1);
    if (!last || one.da > last.da + last.len) {
      result.push(one);
      continue;
    }
    const end = Math.max(last.da + last.len, one.da + one.len);
    const what = last.what.split(', ').includes(one.what) ? last.what : `${last.what}, ${one.what}`;
    result[result.length - 1] = { ...last, what, len: end - last.da };
  }
  return result;
}

/** What no unit can end within is protected whole, as Linux's side may use all of it. */
function whole(one: ProtectedRange): ProtectedRange {
  const da = Math.floor(one.da / BLOCK_MIN) * BLOCK_MIN;
  return { ...one, da, len: Math.ceil((one.da + one.len - da) / BLOCK_MIN) * BLOCK_MIN };
}

function anythingAt({ memory, translation = [], boot }: Board, { da, len }: ProtectedRange): boolean {
  if (boot.kind === 'vectors-at' && boot.da < da + len) return true;
  return [...memory, ...translation].some((one) => one.da < da + len && one.da + one.len > da);
}
