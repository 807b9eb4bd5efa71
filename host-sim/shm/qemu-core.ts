/** An emulated machine whose RAM is the memory file itself: nothing is copied. */
import { addressRanges, type Board } from '../../boards/board.js';
import type { HostRequest } from '../../runtime/abi/host-request.js';
import type { CoreStart } from '../cores/core.js';
import { QemuCore } from '../cores/qemu/core.js';
import { SocMemory } from '../soc/memory.js';
import { Scheduler } from '../soc/scheduler.js';
import type { MemoryFile } from './memory-file.js';
import type { ShmCore, ShmEvents } from './shm-core.js';

export interface QemuShmOptions {
  readonly board: Board;
  /** As long as the RAM of the board's machine. */
  readonly file: MemoryFile;
  /** The core waits at its first instruction for a debugger at this TCP port of this machine, at each start. */
  readonly gdbPort?: number;
}

export class QemuShmCore implements ShmCore {
  /** The machine's own clock makes alarms; a look at it now and then is enough. */
  readonly idleMs = Number.POSITIVE_INFINITY;
  private readonly scheduler = new Scheduler();
  private readonly core: QemuCore;
  readonly isOutside = true;
  private heard = false;

  /** Throws ProblemError RP5064 for a board that QEMU cannot play. */
  constructor({ board, file, gdbPort }: QemuShmOptions, events: ShmEvents) {
    const told = {
      kicked: (notifyid: number) => {
        this.heard = true;
        events.kicked(notifyid);
      },
      crashed: events.crashed,
      log: events.log,
    };
    const memory = new SocMemory(addressRanges(board));
    const parts = { board, memory, scheduler: this.scheduler, events: told, seed: 0 };
    this.core = new QemuCore(parts, { gdbPort, ram: file.descriptor });
  }

  start(what: CoreStart): Promise<void> {
    return this.core.start(what);
  }

  stop(): Promise<void> {
    return this.core.stop();
  }

  kick(notifyid: number): void {
    this.core.kick(notifyid);
  }

  request(request: HostRequest, answered: (granted: boolean) => void): void {
    this.core.request(request, answered);
  }

  pass(): boolean {
    this.heard = false;
    while (this.scheduler.step()) this.heard = true;
    return this.heard;
  }

  dispose(): void {
    this.core.dispose();
  }
}
