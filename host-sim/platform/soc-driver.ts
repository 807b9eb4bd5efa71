/** What platform drivers are made from, and in what they differ. */
import type { Board } from '../../boards/board.js';
import type { CrashReport, CrashType } from '../cores/core.js';
import type { Firmware } from '../remoteproc/elf-loader.js';
import type { Rproc, RprocOps } from '../remoteproc/rproc.js';
import type { SocMemory } from '../soc/memory.js';
import type { Doorbell } from './doorbell.js';

/** What a driver works with: the board, and the operations that do no more than move the core. */
export interface DriverParts {
  readonly board: Board;
  readonly memory: SocMemory;
  readonly doorbell: Doorbell;
  start(rproc: Rproc, what: Parameters<RprocOps['start']>[1]): Promise<number>;
  stop(rproc: Rproc): Promise<number>;
  attach(rproc: Rproc): Promise<number>;
  /** 0 or the negative errno of the mailbox. */
  kick(rproc: Rproc, notifyid: number): number;
}

/** The resource table as whoever started the core before Linux left it. */
export interface RunningTable {
  readonly da: number;
  readonly bytes: Uint8Array;
}

export interface SocDriver {
  readonly ops: Partial<RprocOps>;
  /** The core rang the doorbell. The vring that was named is looked at when left out. */
  kicked?(rproc: Rproc, notifyid: number): void;
  /** A mailbox word that is no kick. */
  word?(rproc: Rproc, word: number): void;
  /** What the driver reports to the core of remoteproc when its processor has stopped; undefined where nothing tells it. */
  crashType(report: CrashReport): CrashType | undefined;
  /**
   * Linux finds its processor running: what the boot loader and the firmware left for it. Called with the image in memory,
   * before the core starts; `table` is absent where the image has none.
   */
  found?(rproc: Rproc, table: RunningTable | undefined): void;
}

/** A platform driver with its processor. */
export interface PlatformDriver {
  readonly ops: RprocOps;
  /** The core stopped for good. True when Linux will handle it; false when it hears nothing of it and goes on. */
  crashed(rproc: Rproc, report: CrashReport): boolean;
  /**
   * The boot loader has put `fw` into memory and is about to start it; Linux comes later and finds the processor running.
   * Leaves what the SoC has for that: registers, a copy of the table. To be called before `Core.start()`.
   */
  foundRunning(rproc: Rproc, fw: Firmware): void;
}

/** Linux looks at every vring: what the mailbox carried is ignored (imx_rproc.c, xlnx_r5_remoteproc.c). */
export function scanVrings(rproc: Rproc): void {
  for (const notifyid of [...rproc.vrings.keys()].sort((a, b) => a - b)) rproc.vqInterrupt(notifyid);
}
