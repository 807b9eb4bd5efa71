/** RISC-V physical memory protection (privileged specification, section 3.7), for machine mode: locked entries only. */
import type { ProtectedRange } from './ranges.js';
import type { LinkedBlock, ProtectionRow } from './rows.js';

const READ_WRITE = 0b011;
const TOR = 1 << 3;
const NAPOT = 3 << 3;
/** Holds for machine mode too, and until the next reset. */
const LOCK = 1 << 7;

/** What an entry allows; `image` and `device` need none. */
const ALLOWED = { shared: READ_WRITE, none: 0 } as const;

/** One entry for a power of two at a multiple of itself, two (the range's start and its end) for any other. */
export function pmpRows({ what, protection, da, len }: ProtectedRange): ProtectionRow[] {
  if (protection !== 'shared' && protection !== 'none') return [];
  const cfg = LOCK | ALLOWED[protection];
  const word = (address: number) => Math.floor(address / 4);
  if (Number.isInteger(Math.log2(len)) && da % len === 0) {
    return [{ what, base: word(da) + word(len) / 2 - 1, size: cfg | NAPOT, access: 0 }];
  }
  return [
    { what: `${what}, start`, base: word(da), size: 0, access: 0 },
    { what, base: word(da + len), size: cfg | TOR, access: 0 },
  ];
}

/** `pmpaddr` holds the address shifted, which no relocation can: the script computes it. */
export function pmpLinkedRow({ what, protection, symbol, size }: LinkedBlock): ProtectionRow[] {
  if (protection !== 'none') return [];
  return [
    {
      what,
      base: { symbol: `${symbol}_pmpaddr`, addend: 0, value: `(${symbol} >> 2) + ${size / 8 - 1}` },
      size: LOCK | NAPOT,
      access: 0,
    },
  ];
}
