/**
 * The split virtqueue (virtio 1.2 section 2.7, legacy layout) as `include/uapi/linux/virtio_ring.h`
 * lays it out: descriptor table, avail ring, padding, used ring in one block.
 */
import { struct, u16, u32 } from './struct.js';

/** `addr` is a 64-bit CPU physical address, kept as two halves because the remote has no BigInt. */
export const VringDesc = struct('vring_desc', {
  addr_lo: u32,
  addr_hi: u32,
  len: u32,
  flags: u16,
  next: u16,
});
/** Followed by `u16 ring[num]` and `u16 used_event`. */
export const VringAvail = struct('vring_avail', { flags: u16, idx: u16 });
/** Followed by `vring_used_elem ring[num]` and `u16 avail_event`. */
export const VringUsed = struct('vring_used', { flags: u16, idx: u16 });
export const VringUsedElem = struct('vring_used_elem', { id: u32, len: u32 });

export const VRING_DESC_F_NEXT = 1;
/** The device writes the buffer (and does not read it). */
export const VRING_DESC_F_WRITE = 2;
export const VRING_DESC_F_INDIRECT = 4;
export const VRING_AVAIL_F_NO_INTERRUPT = 1;
export const VRING_USED_F_NO_NOTIFY = 1;

/** Where the parts of a ring lie, in bytes from its start. */
export interface VringLayout {
  readonly avail: number;
  readonly used: number;
  /** `vring_size()`: up to and including avail_event. */
  readonly size: number;
}

/**
 * The layout of a ring of `num` entries at address `base`. The used ring is aligned by its absolute
 * address with the mask `~(align - 1)`, as `vring_init()` does, so an unaligned base moves it.
 */
export function vringLayout(num: number, align: number, base = 0): VringLayout {
  const avail = num * VringDesc.size;
  const availEnd = avail + VringAvail.size + 2 * num + 2;
  const used = (((base + availEnd + align - 1) & ~(align - 1)) >>> 0) - base;
  return { avail, used, size: used + VringUsed.size + VringUsedElem.size * num + 2 };
}

/** `vring_size()`: bytes of a ring that starts at a multiple of `align`. */
export function vringSize(num: number, align: number): number {
  return vringLayout(num, align).size;
}
