/**
 * Address ranges as a protection unit of PMSAv7 takes them: blocks of a power of two at a multiple of their size, of
 * which each eighth can be left out from 256 bytes on (ARM DDI 0403, B3.5.3; ARM DDI 0460, section 7.1).
 */

export interface Block {
  readonly base: number;
  /** Bytes, a power of two. */
  readonly size: number;
  /** Bit n: eighth n does not belong to it. */
  readonly disabled: number;
}

/** The smallest block. */
export const BLOCK_MIN = 32;
/** From here on a block has eighths. */
const EIGHTHS_FROM = 256;

/**
 * Blocks that cover exactly `len` bytes from `da` on, and no byte beside them, in the order of their addresses. Each is the
 * one that reaches farthest, so there are as few as there can be. Both numbers are multiples of 32.
 */
export function cover(da: number, len: number): Block[] {
  const end = da + len;
  const blocks: Block[] = [];
  for (let at = da; at < end; ) {
    let best: Block | undefined;
    let reached = at;
    for (let size = BLOCK_MIN; size <= 2 ** 32; size *= 2) {
      const base = Math.floor(at / size) * size;
      const grain = size < EIGHTHS_FROM ? size : size / 8;
      if (at % grain !== 0) continue;
      const reach = Math.min(base + size, Math.floor(end / grain) * grain);
      if (reach <= reached) continue;
      reached = reach;
      best = { base, size, disabled: outside(base, grain, at, reach, size) };
    }
    if (!best) throw new RangeError(`${len} bytes at ${da} are no multiple of ${BLOCK_MIN}`);
    blocks.push(best);
    at = reached;
  }
  return blocks;
}

function outside(base: number, grain: number, from: number, to: number, size: number): number {
  let mask = 0;
  if (size < EIGHTHS_FROM) return mask;
  for (let n = 0; n < 8; n++) {
    const at = base + n * grain;
    if (at < from || at >= to) mask |= 1 << n;
  }
  return mask;
}

/** The smallest block that holds the whole range, with all that lies beside it. */
export function enclose(da: number, len: number): Block {
  let size = BLOCK_MIN;
  while (Math.floor(da / size) * size + size < da + len) size *= 2;
  return { base: Math.floor(da / size) * size, size, disabled: 0 };
}

/** How `len` bytes that the linker places fit one block: its size, which is their alignment too, and the eighths that they fill. */
export function blockFor(len: number): {
  readonly size: number;
  readonly used: number;
  readonly disabled: number;
} {
  let size = EIGHTHS_FROM;
  while (size < len) size *= 2;
  const eighths = Math.max(1, Math.ceil(len / (size / 8)));
  return { size, used: eighths * (size / 8), disabled: 0xff & ~((1 << eighths) - 1) };
}
