/**
 * The RAM of an emulated machine: a file that QEMU maps, read and written here at plain offsets. It has no name from the
 * moment it is made, so that nothing can be left of it; QEMU inherits the descriptor.
 */
import { closeSync, constants, ftruncateSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Pa } from '../../../runtime/abi/address.js';
import type { HostCache } from '../../soc/host-cache.js';
import type { SocMemory } from '../../soc/memory.js';
import { privateFolder } from './folder.js';

/** Linux's copy is brought up to date from the file, and back, at these calls only. */
export class RamFile implements HostCache {
  private opened: number | undefined;

  /**
   * @param linux Linux's copy
   * @param base physical address of the file's first byte
   * @param len bytes of the file
   * @param lent an open file to use instead of making one
   */
  constructor(
    private readonly linux: SocMemory,
    private readonly base: Pa,
    private readonly len: number,
    private readonly lent?: number,
  ) {}

  /** The file's descriptor. */
  get descriptor(): number {
    this.opened ??= this.lent ?? create(this.len);
    return this.opened;
  }

  invalidate(at: Pa, len: number): void {
    readSync(this.descriptor, this.linux.bytes(at, len), 0, len, at - this.base);
  }

  clean(at: Pa, len: number): void {
    writeSync(this.descriptor, this.linux.bytes(at, len), 0, len, at - this.base);
  }

  read(at: Pa, into: Uint8Array): void {
    // Where the file ends the rest stays as it is: zero.
    readSync(this.descriptor, into, 0, into.length, at - this.base);
  }

  /** Stores what the core finds at `at`; Linux's copy stays as it is. */
  write(at: Pa, bytes: Uint8Array): void {
    writeSync(this.descriptor, bytes, 0, bytes.length, at - this.base);
  }

  /** Leaves `value` in the file's last word, for the machine's start-up code; Linux does not see it. */
  setLastWord(value: number): void {
    const word = new DataView(new ArrayBuffer(4));
    word.setUint32(0, value, true);
    writeSync(this.descriptor, word, 0, 4, this.len - 4);
  }

  /** Gives the memory back, unless it was lent; a later access makes a new file of zeroes. */
  close(): void {
    if (this.opened !== undefined && this.lent === undefined) closeSync(this.opened);
    this.opened = undefined;
  }
}

function create(len: number): number {
  const folder = privateFolder();
  try {
    const { O_RDWR, O_CREAT, O_EXCL } = constants;
    const descriptor = openSync(join(folder, 'ram'), O_RDWR | O_CREAT | O_EXCL, 0o600);
    ftruncateSync(descriptor, len);
    return descriptor;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
