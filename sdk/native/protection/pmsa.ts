/** Registers of the two units of PMSAv7: Armv7-M (ARM DDI 0403, B3.5) and Cortex-R (ARM DDI 0460, section 4.3.19). */
import type { Placed, ProtectionRow } from './rows.js';

/** Attributes, TEX C B: the same code in RASR and DRACR. Shareable would turn the cache of a Cortex-R5 off. */
const MEMORY = {
  /** Normal, write-back, write-allocate. */
  image: { tex: 1, c: 1, b: 1, s: 0, xn: 0, ap: 3 },
  /** Normal, not cached. */
  shared: { tex: 1, c: 0, b: 0, s: 1, xn: 1, ap: 3 },
  /** Device, shareable. */
  device: { tex: 0, c: 0, b: 1, s: 1, xn: 1, ap: 3 },
  none: { tex: 0, c: 0, b: 0, s: 0, xn: 1, ap: 0 },
} as const;

const RBAR_VALID = 1 << 4;

/** The field of RASR and DRSR: a region has 2 to the power of this plus one bytes. */
function sizeField({ size, disabled }: Placed): number {
  return (disabled << 8) | ((Math.log2(size) - 1) << 1) | 1;
}

/** RBAR with VALID and the region's number, RASR. Of two regions the one with the larger number counts. */
export function armv7mRow(block: Placed, number: number): ProtectionRow {
  const { tex, c, b, s, xn, ap } = MEMORY[block.protection];
  const attributes = (xn << 28) | (ap << 24) | (tex << 19) | (s << 18) | (c << 17) | (b << 16);
  const select = RBAR_VALID | number;
  return {
    what: block.what,
    base: typeof block.base === 'number' ? block.base + select : { ...block.base, addend: select },
    size: (attributes | sizeField(block)) >>> 0,
    access: 0,
  };
}

/** DRBAR, DRSR, DRACR. Of two regions the one with the larger number counts, and that is the row's. */
export function cortexRRow(block: Placed): ProtectionRow {
  const { tex, c, b, s, xn, ap } = MEMORY[block.protection];
  return {
    what: block.what,
    base: typeof block.base === 'number' ? block.base : { ...block.base, addend: 0 },
    size: sizeField(block),
    access: (xn << 12) | (ap << 8) | (tex << 3) | (s << 2) | (c << 1) | b,
  };
}
