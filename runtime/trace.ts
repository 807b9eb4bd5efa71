/**
 * The trace buffer that Linux shows as trace0: text up to the first NUL. It always reads in order: when it
 * is full the older half is dropped. A NUL in what is written becomes "?": Linux would show nothing behind it.
 */
import type { MemoryWindow } from './hal/hal.js';

export class TraceBuffer {
  private readonly bytes: Uint8Array;
  private at = 0;
  /** Bytes that had to make room since the start. */
  dropped = 0;

  constructor(window: MemoryWindow, len: number) {
    this.bytes = new Uint8Array(window.buffer, window.offset, len);
    this.bytes.fill(0);
  }

  write(text: Uint8Array): void {
    const { bytes } = this;
    const room = bytes.length - 1;
    const cut = Math.max(text.length - room, 0);
    const data = text.subarray(cut);
    this.dropped += cut;
    if (this.at + data.length > room) this.makeRoom(room - data.length);
    bytes.set(data, this.at);
    const end = this.at + data.length;
    // 63 is "?".
    let nul = bytes.indexOf(0, this.at);
    while (nul >= 0 && nul < end) {
      bytes[nul] = 63;
      nul = bytes.indexOf(0, nul);
    }
    bytes[end] = 0;
    this.at = end;
  }

  /** Drops whole lines from the front until at most `most` bytes are left, and at least half of the buffer. */
  private makeRoom(most: number): void {
    const { at, bytes } = this;
    let from = Math.max(at - Math.min(most, bytes.length >> 1), 0);
    // 10 ends a line.
    while (from < at && from > 0 && bytes[from - 1] !== 10) from++;
    this.dropped += from;
    const kept = bytes.slice(from, at);
    bytes.fill(0);
    bytes.set(kept);
    this.at = kept.length;
  }
}
