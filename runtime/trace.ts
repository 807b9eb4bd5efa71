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
    const room = this.bytes.length - 1;
    let data = text;
    if (data.length > room) {
      this.dropped += data.length - room;
      data = data.subarray(data.length - room);
    }
    if (this.at + data.length > room) this.makeRoom(data.length);
    this.bytes.set(data, this.at);
    const end = this.at + data.length;
    for (let i = this.bytes.indexOf(0, this.at); i >= 0 && i < end; i = this.bytes.indexOf(0, i + 1)) {
      this.bytes[i] = QUESTION;
    }
    this.at = end;
    this.bytes[this.at] = 0;
  }

  /** Drops whole lines from the front until `need` bytes fit, and at least half of the buffer. */
  private makeRoom(need: number): void {
    const keep = Math.min(this.bytes.length - 1 - need, this.bytes.length >> 1);
    let from = Math.max(this.at - keep, 0);
    while (from < this.at && from > 0 && this.bytes[from - 1] !== NEWLINE) from++;
    const kept = this.bytes.slice(from, this.at);
    this.dropped += from;
    this.bytes.fill(0);
    this.bytes.set(kept);
    this.at = kept.length;
  }
}

const NEWLINE = 10;
const QUESTION = 63;
