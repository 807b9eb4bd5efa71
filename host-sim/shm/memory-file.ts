/** Memory that another machine maps: a file in tmpfs, where read(2) and write(2) reach the same pages. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';
import type { Board } from '../../boards/board.js';

export class MemoryFile {
  readonly size: number;
  /** Open for reading and writing until `close`. */
  readonly descriptor: number;

  /** Throws the error of open(2) when the file is missing or may not be written. */
  constructor(path: string) {
    this.descriptor = openSync(path, 'r+');
    this.size = fstatSync(this.descriptor).size;
  }

  /** Fills `into` from byte `offset` on. */
  read(offset: number, into: Uint8Array): void {
    readSync(this.descriptor, into, 0, into.length, offset);
  }

  /** Stores `bytes` at byte `offset`. */
  write(offset: number, bytes: Uint8Array): void {
    writeSync(this.descriptor, bytes, 0, bytes.length, offset);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

/** Device and physical address of the first byte of a board's memory file. */
export function fileBase({ memory }: Board): number {
  return Math.min(...memory.map(({ da }) => da));
}
