/** Memory that another machine maps: a file in tmpfs, where read(2) and write(2) reach the same pages. */
import { closeSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

export class MemoryFile {
  readonly size: number;
  private readonly fd: number;

  /** Throws the error of open(2) when the file is missing or may not be written. */
  constructor(path: string) {
    this.fd = openSync(path, 'r+');
    this.size = fstatSync(this.fd).size;
  }

  /** Fills `into` from byte `offset` on. */
  read(offset: number, into: Uint8Array): void {
    readSync(this.fd, into, 0, into.length, offset);
  }

  /** Stores `bytes` at byte `offset`. */
  write(offset: number, bytes: Uint8Array): void {
    writeSync(this.fd, bytes, 0, bytes.length, offset);
  }

  close(): void {
    closeSync(this.fd);
  }
}
