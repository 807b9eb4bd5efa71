/** The cores that a memory file can be the memory of, by the names of `--core`. */
import type { Board } from '../../boards/board.js';
import { notAMemoryFile } from '../errors.js';
import type { MemoryFile } from './memory-file.js';
import { QemuShmCore } from './qemu-core.js';
import { QuickJSShmCore } from './quickjs-core.js';
import type { ShmCore, ShmEvents } from './shm-core.js';

export type ShmCoreName = 'quickjs' | 'qemu';

export interface ShmCoreOptions {
  readonly board: Board;
  readonly file: MemoryFile;
  /** For the firmware's Math.random, which an emulated core seeds by itself. */
  readonly seed: number;
  /** Milliseconds of any clock that only goes forward. */
  readonly clock: () => number;
  /** Where an emulated core waits for a debugger, at each start. */
  readonly gdbPort?: number;
}

/** For `ShmRemoteOptions.core`. Throws ProblemError for a board, or a file, that the core cannot be used with. */
export function shmCore(name: ShmCoreName, options: ShmCoreOptions): (events: ShmEvents) => ShmCore {
  if (name === 'quickjs') return (events) => new QuickJSShmCore(options, events);
  const { board, file } = options;
  const { size } = file;
  if (board.qemu && size !== board.qemu.ram.len) {
    throw notAMemoryFile(
      `the file of ${size} bytes`,
      `QEMU's ${board.qemu.machine} has ${board.qemu.ram.len} bytes of RAM`,
    );
  }
  return (events) => new QemuShmCore(options, events);
}
