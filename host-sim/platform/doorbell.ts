/** How a platform driver and its core reach each other. A doorbell of plain calls stands for any mailbox that works. */
import { RpMbox } from '../../boards/mailbox/registers/omap-mailbox.js';
import { type Core, type CrashReport, CrashType } from '../cores/core.js';
import { ETIME } from '../errno.js';
import type { Scheduler } from '../soc/scheduler.js';

/** Linux's side of the mailbox, as the platform driver uses it. Results are 0 or a negative errno. */
export interface Doorbell {
  /** Interrupts the core for a vring. */
  kick(notifyid: number): number;
  /** Whether the core can be asked at all; the device tree need not name a channel for it. */
  readonly canAsk: boolean;
  /** Asks and sleeps until the core has granted it; -ETIME after `ms`. */
  ask(request: 'shutdown' | 'detach', ms: number): Promise<number>;
  /** Leaves an RP_MBOX_ECHO_REQUEST for the core, which may not run yet. */
  echo(): void;
  /** The core runs from here on. */
  running(): void;
  /** The core stopped for good: what it still sends then. */
  crashed(report: CrashReport): void;
}

/** What arrives at Linux's side. */
export interface DoorbellEvents {
  /** The core rang for this vring; any number where the mailbox does not tell which. */
  kicked(notifyid: number): void;
  /** A mailbox word that is no kick. */
  word(word: number): void;
}

/** Kicks and requests as calls of the core, without registers in between. */
export function callDoorbell(core: Core, scheduler: Scheduler, events: DoorbellEvents): Doorbell {
  let echo = false;
  return {
    kick(notifyid) {
      core.kick(notifyid);
      return 0;
    },
    get canAsk() {
      return core.request !== undefined;
    },
    async ask(request, ms) {
      const granted = await scheduler.sleep(ms, (wake) => {
        core.request?.(request, (answer) => {
          if (answer) wake();
        });
      });
      return granted ? 0 : -ETIME;
    },
    echo() {
      echo = true;
    },
    running() {
      if (echo) core.request?.('echo', () => events.word(RpMbox.ECHO_REPLY));
      echo = false;
    },
    crashed({ type }) {
      // Firmware that notices says so; one that hangs says nothing.
      if (type === CrashType.fatal) events.word(RpMbox.CRASH);
    },
  };
}
