/**
 * Everything the portable stack knows of the world below it: one `Hal`. It comes from the simulated core's guest code, from
 * native QuickJS in C with a mailbox driver on top, or from Espruino over peek and poke.
 */
import type { AddressRange, Da } from '../abi/address.js';
import type { StopReason } from '../abi/host-request.js';

/** A live piece of memory: `offset` bytes into `buffer`. Writes are seen by the host at once. */
export interface MemoryWindow {
  readonly buffer: ArrayBuffer;
  readonly offset: number;
}

/** Decides on what the host asks: `answer(true)` grants it, `answer(false)` refuses it, now or later. */
export type RequestHandler = (request: StopReason, answer: (granted: boolean) => void) => void;

/**
 * What an engine's start-up code provides. Native cores have no `kick` and no `onRequest`: both are the matter of the board's
 * mailbox, whose driver hal/mailbox-hal.ts puts between. Simulated cores whose kicks are calls have both.
 */
export interface EngineHal {
  /** Where the linked resource table is, from the app header. */
  readonly table: { readonly da: Da; readonly len: number };

  /** A window over `len` bytes at `da`. Throws RangeError where no memory is. */
  memory(da: Da, len: number): MemoryWindow;

  /**
   * Registers: one access of exactly that width each, ordered against memory as Linux's readl() and writel() are: a write comes
   * after everything that was stored before it, and what is loaded behind a read is loaded after it. Plain functions, without
   * `this`.
   */
  read8(da: Da): number;
  read16(da: Da): number;
  read32(da: Da): number;
  write8(da: Da, value: number): void;
  write16(da: Da, value: number): void;
  write32(da: Da, value: number): void;

  /** One 16-bit load of what the host stores at any time; absent where reading a Uint16Array element already is one. Not without `store16`. */
  load16?(da: Da): number;
  /** One 16-bit store, ordered as a register's; absent where storing to a Uint16Array element already is one. */
  store16?(da: Da, value: number): void;
  /** Full memory barrier; absent where memory is strongly ordered. */
  barrier?(): void;

  /** Absent on native cores. */
  kick?(notifyid: number): void;
  /** `handler` runs after one or more kicks from the host; on a native core at each interrupt of the mailbox. */
  onKick(handler: () => void): void;
  /**
   * `handler` decides from now on what becomes of the host's requests; until there is one the hal answers them itself.
   * Absent where the host has no way to ask.
   */
  onRequest?(handler: RequestHandler): void;
  /** `handler` runs when the alarm is due. */
  onAlarm(handler: () => void): void;
  /** `handler` runs whenever promise jobs have run dry. */
  onJobsDone(handler: () => void): void;

  /** Milliseconds since the core started, with fractions. */
  now(): number;
  /** Asks for one alarm at `at` (the scale of `now`); Infinity takes it back. */
  setAlarm(at: number): void;

  /** Raw log output beside the trace buffer (a UART, the simulator's log). */
  log(bytes: Uint8Array): void;
  /** Stops the core for good and tells the host why. */
  crash(reason: string, stack: string): never;
}

/** What the stack works with. */
export interface Hal extends EngineHal {
  /** Interrupts the host for the vring with this notifyid. Never waits. Called as a plain function, without `this`. */
  kick(notifyid: number): void;
}

/** What the build knows about the board and tells the firmware. */
export interface BoardInfo {
  readonly name: string;
  /** How physical addresses in descriptors map to what this core sees. */
  readonly ranges: readonly AddressRange[];
  /** Where Linux keeps the table on boards that have a region of its own for it (i.MX `rsc-table`). */
  readonly tableDa?: number;
}
