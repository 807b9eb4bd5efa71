/**
 * A cache that is not coherent, played in front of a simulated core: what the core writes is seen where a line is fetched, what
 * Linux writes reaches it where a line is written back, and both happen at these calls only. A call that is missing
 * is found here and not on a board.
 *
 * A line goes back with the bytes that were written, as caches with a dirty bit for each byte do it; one that writes whole
 * lines would lose what the core wrote beside them, such as the used half of a ring that begins within a line of the avail half.
 */
import { type Pa, pa } from '../../runtime/abi/address.js';
import type { HostCache } from './host-cache.js';
import type { SocMemory } from './memory.js';

export class PlayedCache implements HostCache {
  /** Memory as it was when its lines were fetched or written back last. */
  private readonly fetched: SocMemory;

  /**
   * @param linux Linux's copy
   * @param core what the core has
   * @param like makes further memory of the same ranges
   * @param line bytes of a line, a power of two up to the 4 KiB of a page
   */
  constructor(
    private readonly linux: SocMemory,
    private readonly core: SocMemory,
    like: () => SocMemory,
    private readonly line: number,
  ) {
    this.fetched = like();
  }

  invalidate(at: Pa, len: number): void {
    const { from, size } = this.lines(at, len);
    const bytes = this.core.bytes(from, size);
    // What was written and not cleaned is lost, also beside what was asked for.
    this.linux.bytes(from, size).set(bytes);
    this.fetched.bytes(from, size).set(bytes);
  }

  clean(at: Pa, len: number): void {
    const { from, size } = this.lines(at, len);
    const written = this.linux.bytes(from, size);
    const before = this.fetched.bytes(from, size);
    const bytes = this.core.bytes(from, size);
    for (let i = 0; i < size; i++) {
      const asked = from + i >= at && from + i < at + len;
      if (!asked && written[i] === before[i]) continue;
      bytes[i] = written[i];
      before[i] = written[i];
    }
  }

  reserve(at: Pa, len: number): void {
    this.core.reserve(at, len);
  }

  read(at: Pa, into: Uint8Array): void {
    into.set(this.core.peek(at, into.length));
  }

  /** The lines that hold all of `len` bytes. */
  private lines(at: Pa, len: number): { readonly from: Pa; readonly size: number } {
    const from = Math.floor(at / this.line) * this.line;
    const to = Math.ceil((at + len) / this.line) * this.line;
    return { from: pa(from), size: to - from };
  }
}
