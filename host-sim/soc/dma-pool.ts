/**
 * A coherent DMA pool (kernel/dma/coherent.c): requests are rounded up to a power of two of pages and placed
 * at a multiple of that size from the pool's start.
 */
import { type Pa, pa } from '../../runtime/abi/address.js';
import { orderSize } from '../../runtime/abi/pages.js';
import type { HostCache } from './host-cache.js';

export class DmaPool {
  /** Sorted by offset. */
  private readonly blocks: { offset: number; size: number }[] = [];

  constructor(
    readonly base: Pa,
    readonly len: number,
  ) {}

  /** Physical address of `size` bytes, or undefined when no free block is large enough. */
  alloc(size: number): Pa | undefined {
    const rounded = orderSize(size);
    let slot = 0;
    for (let offset = 0; offset + rounded <= this.len; offset += rounded) {
      while (slot < this.blocks.length && this.blocks[slot].offset + this.blocks[slot].size <= offset) slot++;
      const next = this.blocks[slot];
      if (next && next.offset < offset + rounded) continue;
      this.blocks.splice(slot, 0, { offset, size: rounded });
      return pa(this.base + offset);
    }
    return undefined;
  }

  free(address: Pa): void {
    const at = this.blocks.findIndex((block) => this.base + block.offset === address);
    if (at >= 0) this.blocks.splice(at, 1);
  }
}

/** A device's DMA memory. */
export interface DmaMemory {
  alloc(size: number): Pa | undefined;
  /** Asked before memory is taken from elsewhere on the device's behalf: true where there shall be none. */
  fails?(size: number): boolean;
  free(address: Pa): void;
  /** Bytes at a physical address, live until the core starts again. */
  bytes(address: Pa, len: number): Uint8Array;
  /** A copy of what is there now; makes no memory. */
  peek(address: Pa, len: number): Uint8Array;
  /** What to call around each access; absent where both sides see the same bytes. */
  readonly cache?: HostCache;
}
