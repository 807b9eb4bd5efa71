/**
 * The hal over Espruino's own functions: registers by peek and poke, memory as flat windows by address, one timer for
 * alarms. Every call from outside ends with promise jobs run dry, so that firmware behaves as on engines that do this
 * themselves.
 *
 * Nothing interrupts JavaScript on Espruino but pins (setWatch). Kicks therefore come through a hook that a build may
 * have in C, the global object RProc, or from polling the board's mailbox.
 */
import { type Da, hex } from '../abi/address.js';
import { grantedByDefault, type StopReason } from '../abi/host-request.js';
import { nothing } from '../nothing.js';
import { runJobs } from './espruino-promise.js';
import { utf8Decode } from './espruino-text.js';
import type { Hal, MemoryWindow, RequestHandler } from './hal.js';

/** What is used of Espruino; its reference has them all. */
export interface EspruinoScope {
  readonly E: {
    memoryArea(addr: number, len: number): string | undefined;
    toArrayBuffer(text: string): ArrayBuffer;
    on(event: 'kill', handler: () => void): void;
  };
  readonly RProc?: EspruinoHook;
  peek8(addr: number): number;
  peek16(addr: number): number;
  peek32(addr: number): number;
  poke8(addr: number, value: number): void;
  poke16(addr: number, value: number): void;
  poke32(addr: number, value: number): void;
  setTimeout(handler: () => void, ms: number): number;
  setInterval(handler: () => void, ms: number): number;
  clearTimeout(id?: number): void;
  clearInterval(id?: number): void;
  /** Seconds, with fractions. */
  getTime(): number;
  print(text: string): void;
}

/** The doorbell of a build with a C hook, as the simulated core has it too. */
export interface EspruinoHook {
  /** Interrupts the host for the vring with this notifyid. */
  kick(notifyid: number): void;
  /** `handler` is called after the host has kicked, never inside of other JavaScript. */
  onKick(handler: () => void): void;
  /** The host asks for something; never called where it cannot. */
  onRequest(handler: (request: StopReason, answer: (granted: boolean) => void) => void): void;
  /** Tells the host that the core has stopped, and why. May not return. */
  crash(reason: string, stack: string): void;
}

/** What the build knows and the engine cannot find out. */
export interface EspruinoSetup {
  /** The linked resource table; Espruino programs have no relocations, so the build writes the address here. */
  readonly table: { readonly da: Da; readonly len: number };
  /** The store that tells Linux of a crash, where the board has one. */
  readonly crash?: { readonly da: Da; readonly value: number; readonly poke: 'poke8' | 'poke16' | 'poke32' };
}

/** What ends a call into the program after a crash; nobody catches it. */
const STOPPED = {};

/** How often a mailbox is polled that has no hook for its interrupt (ms). */
const POLL_MS = 1;

export function espruinoHal(
  scope: EspruinoScope,
  setup: EspruinoSetup,
  /** Puts the board's mailbox between this hal and the program; absent where it has none that can be polled. */
  overMailbox: ((hal: Hal) => Hal) | undefined,
): Hal {
  const { E, RProc: hook, setTimeout, setInterval, clearTimeout, clearInterval, getTime } = scope;
  const begin = getTime();
  let onAlarm: () => void = nothing;
  let onJobsDone: () => void = nothing;
  let onRequest: RequestHandler = decide;
  let alarm: number | undefined;
  let stopped = false;

  /** One call into the program. */
  function enter(handler: () => void): void {
    if (stopped) return;
    try {
      runJobs();
      handler();
      runJobs();
      onJobsDone();
    } catch (error) {
      if (error !== STOPPED) throw error;
    }
  }

  function memory(da: Da, len: number): MemoryWindow {
    const area = E.memoryArea(da, len);
    // Address 0 gives none.
    const buffer = area === undefined ? undefined : E.toArrayBuffer(area);
    // Small builds keep lengths in 16 bits.
    if (!buffer || buffer.byteLength !== len)
      throw new RangeError('no window of ' + len + ' bytes at ' + hex(da));
    return { buffer, offset: 0 };
  }

  function setAlarm(at: number): void {
    if (alarm !== undefined) clearTimeout(alarm);
    alarm = undefined;
    if (at === Infinity || stopped) return;
    alarm = setTimeout(
      () => {
        alarm = undefined;
        enter(onAlarm);
      },
      Math.max(at - now(), 0),
    );
  }

  function now(): number {
    return (getTime() - begin) * 1000;
  }

  function crash(reason: string, stack: string): never {
    stopped = true;
    // Without arguments these stop them all.
    clearTimeout();
    clearInterval();
    const told = setup.crash;
    if (hook) hook.crash(reason, stack);
    else if (told) scope[told.poke](told.da, told.value);
    throw STOPPED;
  }

  const hal: Hal = {
    table: setup.table,
    memory,
    read8: (da) => scope.peek8(da),
    // Two byte reads on Espruino: of a register that must be read at once, read the word that holds it.
    read16: (da) => scope.peek16(da),
    read32: (da) => scope.peek32(da) >>> 0,
    write8: (da, value) => scope.poke8(da, value),
    write16: (da, value) => scope.poke16(da, value),
    write32: (da, value) => scope.poke32(da, value),
    // Windows are read and written byte by byte, and so does peek16.
    load16: (da) => (scope.peek32(da & ~3) >>> ((da & 2) << 3)) & 0xffff,
    store16: (da, value) => scope.poke16(da, value),
    kick: (notifyid) => hook!.kick(notifyid),
    onKick(handler) {
      const entered = () => enter(handler);
      if (hook) hook.onKick(entered);
      else setInterval(entered, POLL_MS);
    },
    onRequest(handler) {
      onRequest = handler;
    },
    onAlarm(handler) {
      onAlarm = handler;
    },
    onJobsDone(handler) {
      onJobsDone = handler;
    },
    now,
    setAlarm,
    log: (bytes) => scope.print(utf8Decode(bytes).replace(/\n$/, '')),
    crash,
  };
  if (hook) hook.onRequest((request, answer) => enter(() => onRequest(request, answer)));
  // Espruino drops the program, to load another one or to reset: handlers of onStop run, nobody hears their answer.
  E.on('kill', () => enter(() => onRequest('shutdown', nothing)));
  // What the program leaves behind when it has run through.
  setTimeout(() => enter(nothing), 0);
  if (hook) return hal;
  if (!overMailbox) throw new Error('no RProc, no mailbox');
  return overMailbox(hal);
}

function decide(request: StopReason, answer: (granted: boolean) => void): void {
  answer(grantedByDefault(request));
}
