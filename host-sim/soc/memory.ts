/**
 * The memory that Linux and the remote core share, addressed by physical address. Only what somebody reserved
 * is backed. While a core runs, the bytes live inside of its WebAssembly memory, so that both sides touch the
 * same ones; they stay readable there after a crash.
 */
import { type AddressRange, daToPa, hex, type Pa, pa, paToDa } from '../../runtime/abi/address.js';
import type { HostCache } from './host-cache.js';
import { copyTouched } from './untouched.js';

const PAGE = 4096;

/** One backed stretch of physical memory, a multiple of 4 KiB. */
export interface Extent {
  readonly pa: Pa;
  readonly bytes: Uint8Array;
}

export class SocMemory {
  /** What to call around each access to memory that the core uses as well; absent where both see the same bytes. */
  cache: HostCache | undefined;
  private extents: Extent[] = [];
  /** True from the moment a core took the bytes over until it stops: extents cannot be joined meanwhile. */
  private taken = false;

  /** What an IOMMU shows the core at further device addresses. */
  mapped: () => readonly { readonly da: number; readonly pa: number; readonly len: number }[] = () => [];

  constructor(readonly ranges: readonly AddressRange[]) {}

  /** Makes sure that `len` bytes at `address` are backed, zeroed where they were not. */
  reserve(address: Pa, len: number): void {
    if (len <= 0 || this.find(address, len)) return;
    this.cache?.reserve?.(address, len);
    let from = Math.floor(address / PAGE) * PAGE;
    let to = Math.ceil((address + len) / PAGE) * PAGE;
    const touching = this.extents.filter((extent) => {
      const end = extent.pa + extent.bytes.length;
      const overlaps = extent.pa < to && from < end;
      // Neighbours become one window, but only where device addresses run on as well.
      const first = Math.min(from, extent.pa);
      const joins = paToDa(this.ranges, pa(first), Math.max(to, end) - first) !== undefined;
      return overlaps || (!this.taken && extent.pa <= to && from <= end && joins);
    });
    if (this.taken && touching.length > 0) {
      throw new Error(`memory at ${hex(address)} was reserved in part only when the core started`);
    }
    for (const extent of touching) {
      from = Math.min(from, extent.pa);
      to = Math.max(to, extent.pa + extent.bytes.length);
    }
    const bytes = new Uint8Array(to - from);
    for (const extent of touching) bytes.set(extent.bytes, extent.pa - from);
    this.extents = this.extents.filter((extent) => !touching.includes(extent));
    this.extents.push({ pa: pa(from), bytes });
    this.extents.sort((a, b) => a.pa - b.pa);
  }

  /**
   * The bytes at `address`, live until the next core start. Reserves them if need be.
   * Throws RangeError outside of the board's memory.
   */
  bytes(address: Pa, len: number): Uint8Array {
    if (paToDa(this.ranges, address, len) === undefined) {
      throw new RangeError(`no memory at physical address ${hex(address)}, ${len} bytes`);
    }
    this.reserve(address, len);
    const extent = this.find(address, len);
    if (!extent) return new Uint8Array(0);
    return extent.bytes.subarray(address - extent.pa, address - extent.pa + len);
  }

  /** A copy of the bytes at `address` as the core has them: zeroes where nothing is backed, and nothing gets backed. */
  peek(address: Pa, len: number): Uint8Array {
    const copy = new Uint8Array(len);
    if (this.cache) {
      this.cache.read(address, copy);
      return copy;
    }
    for (const extent of this.extents) {
      const from = Math.max(address, extent.pa);
      const to = Math.min(address + len, extent.pa + extent.bytes.length);
      if (from < to) copy.set(extent.bytes.subarray(from - extent.pa, to - extent.pa), from - address);
    }
    return copy;
  }

  /** As `bytes`, by device address; undefined outside of the board's memory. */
  bytesAtDa(address: number, len: number): Uint8Array | undefined {
    const at = daToPa(this.ranges, address as never, len);
    return at === undefined ? undefined : this.bytes(at, len);
  }

  /** What is backed, in order of address. */
  backed(): readonly Extent[] {
    return this.extents;
  }

  /**
   * Moves all bytes into a core's memory: `place` gets them as one block, extent after extent, and returns the
   * live view of that block.
   */
  moveInto(place: (block: Uint8Array) => Uint8Array): void {
    const size = this.extents.reduce((sum, extent) => sum + extent.bytes.length, 0);
    const block = new Uint8Array(size);
    let at = 0;
    for (const extent of this.extents) {
      copyTouched(block.subarray(at), extent.bytes);
      at += extent.bytes.length;
    }
    const live = place(block);
    at = 0;
    this.extents = this.extents.map((extent) => {
      const bytes = live.subarray(at, at + extent.bytes.length);
      at += bytes.length;
      return { pa: extent.pa, bytes };
    });
    this.taken = true;
  }

  /** The core is off: its bytes stay, and memory may be reserved next to them again. */
  release(): void {
    this.taken = false;
  }

  private find(address: Pa, len: number): Extent | undefined {
    return this.extents.find(
      (extent) => extent.pa <= address && address + len <= extent.pa + extent.bytes.length,
    );
  }
}
