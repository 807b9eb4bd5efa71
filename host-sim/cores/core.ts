/** What executes an image. A core and Linux meet in memory and in these few calls. */
import type { HostRequest } from '../../runtime/abi/host-request.js';

/** What a core stopped for, as `enum rproc_crash_type` numbers it. */
export const CrashType = { mmufault: 0, watchdog: 1, fatal: 2 } as const;
/** One of `CrashType`. */
export type CrashType = (typeof CrashType)[keyof typeof CrashType];

/** Why a core stopped for good. */
export interface CrashReport {
  readonly type: CrashType;
  /** One line. */
  readonly reason: string;
  /** Stack lines, innermost first, in the author's sources where the image has a source map. */
  readonly stack: readonly string[];
  /** Of a native core, by the names that its manual gives them. */
  readonly registers?: { readonly [name: string]: number };
}

/** What a core tells Linux. */
export interface CoreEvents {
  /** The core interrupted Linux for the vring with this notifyid. */
  kicked(notifyid: number): void;
  /** The core stopped for good; Linux recovers it or leaves it down. */
  crashed(report: CrashReport): void;
  /** What the program wrote to its log beside the trace buffer, as bytes. */
  log(bytes: Uint8Array): void;
  /** The core begins to run the program; only recorded runs want to know. A core without such moments never tells. */
  entered?(why: 'start' | 'kick' | 'alarm' | 'request'): void;
  /** It waits again, or stopped for good. */
  left?(): void;
}

/** What a core is started with; the segments are in memory by then. */
export interface CoreStart {
  readonly bootAddr: bigint;
  /** The file that was loaded; for what is not loaded, such as the source map. */
  readonly image: Uint8Array;
}

/** A processor that Linux starts, stops and interrupts; `SimulationOptions.core` takes one of your own. */
export interface Core {
  /** Resets the core and lets it run. Rejects when there is nothing to run at all. */
  start(what: CoreStart): Promise<void>;
  /** Holds the core in reset. */
  stop(): Promise<void>;
  /** Linux interrupts the core for the vring with this notifyid. Never waits. */
  kick(notifyid: number): void;
  /**
   * Linux asks the core for something. Never waits; `answered` is called when the core has answered, which may be never.
   * Absent where the core cannot be asked: it is as if the device tree named no mailbox channel for that.
   */
  request?(request: HostRequest, answered: (granted: boolean) => void): void;
  /** The core stops for good where it is and says so, as after a fault of the hardware; absent where nothing can make it. */
  fail?(reason: string): void;
  /** Ends what the core holds outside of this process's memory; absent where there is nothing. It may be started again. */
  dispose?(): void;
}
