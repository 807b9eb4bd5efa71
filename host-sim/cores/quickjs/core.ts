/** The simulated core: runs the program that it finds in loaded memory in QuickJS. */
import type { QuickJSHandle } from 'quickjs-emscripten';
import type { Board } from '../../../boards/board.js';
import { paToDa, da as toDa } from '../../../runtime/abi/address.js';
import {
  APP_ENGINE_ESPRUINO,
  APP_ENGINE_QUICKJS,
  APP_KIND_BYTECODE,
  APP_KIND_SOURCE,
} from '../../../runtime/abi/app.js';
import type { HostRequest } from '../../../runtime/abi/host-request.js';
import { utf8Decode } from '../../../runtime/abi/utf8.js';
import { type Peripheral, readRegister, writeRegister } from '../../soc/mailbox/peripheral.js';
import type { SocMemory } from '../../soc/memory.js';
import type { Alarm, Scheduler } from '../../soc/scheduler.js';
import { copyTouched } from '../../soc/untouched.js';
import { findApp, type LoadedApp, sourceOf } from '../app.js';
import { type Core, type CoreEvents, type CoreStart, type CrashReport, CrashType } from '../core.js';
import type { Instance } from './engine.js';
import { becomeEspruino } from './espruino-guest.js';
import { type GuestMailbox, installDriver } from './guest-mailbox.js';
import { type Prepared, prepareProgram } from './program.js';
import { mapStack, sourceMapOf } from './stack-map.js';

/** The control block at the head of the shared buffer; guest-hal.js has the same numbers. */
const CONTROL_SIZE = 64;
const KICK_OFFSET = 16;
const KICK_WORDS = 4;

/**
 * Virtual time between two calls of the engine's interrupt handler, which comes every 5,000 to 10,000 loop
 * turns or calls. Measured at about this much real time.
 */
const POLL_MS = 0.1;

/** Virtual time that entering the program costs, so that endless exchanges of short messages end in time too. */
const ENTRY_MS = 0.01;

/** A running program and everything that dies with it. */
interface Life {
  readonly instance: Instance;
  readonly image: Uint8Array;
  readonly clock: Float64Array;
  readonly kicks: Int32Array;
  /** When the core started, on the simulation's clock. */
  readonly bornAt: number;
  /** Object with the functions that the program registered. */
  readonly handlers: QuickJSHandle;
  /** Its `kick`, once the program has been evaluated. */
  kick: QuickJSHandle;
  /** Runs the kick handler. */
  readonly onKick: () => void;
  /** Who waits for the answers to Linux's requests, by the number of the request. */
  readonly asked: ((granted: boolean) => void)[];
  /** Virtual ms spent in the current call. */
  ran: number;
  watchdog: boolean;
  crash: { reason: string; stack: string } | undefined;
  kickPosted: boolean;
  alarm: Alarm | undefined;
  alarmAt: number;
}

export class QuickJSCore implements Core {
  private life: Life | undefined;

  constructor(
    private readonly board: Board,
    private readonly memory: SocMemory,
    private readonly scheduler: Scheduler,
    private readonly events: CoreEvents,
    private readonly seed: number,
    /** The registers that kicks go through; absent where they are calls. */
    private readonly mailbox?: GuestMailbox,
  ) {}

  async start({ image }: CoreStart): Promise<void> {
    this.life = undefined;
    const damage: string[] = [];
    const app = findApp(this.memory, (what) => damage.push(what));
    const refusal = refuse(app, damage);
    const source = refusal === undefined ? sourceOf(app!, image) : { refusal };
    if ('refusal' in source) {
      this.events.crashed({ type: CrashType.fatal, reason: source.refusal, stack: [] });
      return;
    }
    let prepared: Prepared;
    try {
      prepared = await this.prepare(source.text);
    } catch (error) {
      // V8 gave up before QuickJS did, on source that nests too deep.
      this.events.crashed({ type: CrashType.fatal, reason: engineFault(error), stack: [] });
      return;
    }
    const life = this.newLife(prepared, app!, image);
    this.life = life;
    this.run(life, 'start', ({ instance }) => {
      if (prepared.error) return prepared.error;
      const driver = app!.header.engine === APP_ENGINE_QUICKJS ? this.mailbox : undefined;
      return (driver && installDriver(instance, driver)) ?? instance.call(prepared.program!);
    });
    if (this.life !== life) return;
    life.kick = life.instance.context.getProp(life.handlers, 'kick');
    this.mailbox?.served();
  }

  async stop(): Promise<void> {
    this.life?.alarm?.cancel();
    // The instance is dropped, not disposed: disposing may abort after a fault, and memory stays readable.
    this.life = undefined;
    this.memory.release();
  }

  kick(_notifyid: number): void {
    const { life } = this;
    if (!life || life.kickPosted) return;
    life.kickPosted = true;
    this.scheduler.post(life.onKick, this);
  }

  fail(reason: string): void {
    if (this.life) this.crash(this.life, CrashType.fatal, reason, '');
  }

  request(request: HostRequest, answered: (granted: boolean) => void): void {
    const { life } = this;
    if (!life) return;
    const id = life.asked.push(answered) - 1;
    this.scheduler.post(() => {
      if (this.life === life) this.run(life, 'request', () => callRequest(life, request, id));
    }, this);
  }

  private prepare(source: Uint8Array): Promise<Prepared> {
    const shared = this.memory.backed().reduce((sum, extent) => sum + extent.bytes.length, CONTROL_SIZE);
    return prepareProgram(utf8Decode(source), this.board.engine, shared);
  }

  private newLife({ instance, hal }: Prepared, app: LoadedApp, image: Uint8Array): Life {
    const { context, runtime } = instance;
    let ram!: QuickJSHandle;
    let control!: Uint8Array;
    this.memory.moveInto((block) => {
      const buffer = instance.newBuffer(CONTROL_SIZE + block.length);
      ram = buffer.handle;
      control = buffer.bytes.subarray(0, CONTROL_SIZE).fill(0);
      const live = buffer.bytes.subarray(CONTROL_SIZE);
      copyTouched(live, block);
      return live;
    });

    const life: Life = {
      instance,
      image,
      clock: new Float64Array(control.buffer, control.byteOffset, 2),
      kicks: new Int32Array(control.buffer, control.byteOffset + KICK_OFFSET, KICK_WORDS),
      bornAt: this.scheduler.now,
      handlers: this.setUpHal(instance, hal, ram, app, {
        crash: (reason, stack) => {
          life.crash = { reason, stack };
        },
        answer: (id, granted) => life.asked[id]?.(granted),
      }),
      asked: [],
      kick: context.undefined,
      onKick: () => {
        life.kickPosted = false;
        if (this.life === life) this.run(life, 'kick', callKick);
        if (this.life === life) this.mailbox?.served();
      },
      ran: 0,
      watchdog: false,
      crash: undefined,
      kickPosted: false,
      alarm: undefined,
      alarmAt: Infinity,
    };
    life.clock[1] = Infinity;
    if (app.header.engine === APP_ENGINE_ESPRUINO)
      becomeEspruino(instance, control.byteOffset, this.mailbox === undefined);
    runtime.setInterruptHandler(() => {
      if (life.crash) return true;
      this.scheduler.elapse(POLL_MS);
      life.clock[0] = this.scheduler.now - life.bornAt;
      life.ran += POLL_MS;
      life.watchdog = life.ran >= this.board.watchdogMs;
      return life.watchdog;
    });
    return life;
  }

  /** Calls guest-hal.js with the shared buffer and the functions it may call. */
  private setUpHal(
    { context }: Instance,
    hal: QuickJSHandle,
    ram: QuickJSHandle,
    app: LoadedApp,
    to: { crash(reason: string, stack: string): void; answer(id: number, granted: boolean): void },
  ): QuickJSHandle {
    let offset = CONTROL_SIZE;
    const placed = this.memory.backed().map(({ pa, bytes }) => {
      const one = { pa, len: bytes.length, offset };
      offset += bytes.length;
      return one;
    });
    const extents = placed.map(({ pa, len, offset }) => ({
      da: paToDa(this.memory.ranges, pa, len),
      len,
      offset,
    }));
    // What the IOMMU shows comes first: the core sees nothing else there.
    for (const { da, pa, len } of this.memory.mapped()) {
      const behind = placed.find((one) => one.pa <= pa && pa + len <= one.pa + one.len);
      if (behind) extents.unshift({ da: toDa(da), len, offset: behind.offset + (pa - behind.pa) });
    }
    const setup = {
      extents,
      table: { da: app.header.table_da, len: app.header.table_len },
      seed: this.seed,
      kickOffset: KICK_OFFSET,
      kickWords: KICK_WORDS,
      mailbox: this.mailbox && { da: this.mailbox.board.mailbox.remoteBase, len: this.mailbox.size },
    };
    const log = context.newFunction('log', (bytes) => {
      this.events.log(context.getArrayBuffer(bytes).consume((copy) => copy.value.slice()));
    });
    const crash = context.newFunction('crash', (reason, stack) => {
      to.crash(context.getString(reason), context.getString(stack));
    });
    const answer = context.newFunction('answer', (id, granted) => {
      to.answer(context.getNumber(id), context.dump(granted) === true);
    });
    const setupText = context.newString(JSON.stringify(setup));
    // All handles live as long as the instance, which is dropped as a whole.
    const functions = [log, crash, answer];
    if (this.mailbox) functions.push(...registerAccess(context, this.mailbox.registers));
    return context.unwrapResult(context.callFunction(hal, context.undefined, ram, setupText, ...functions));
  }

  /**
   * One entry into the program: the call, its promise jobs, then what it left in the control block. `call` returns
   * the error that was thrown, if any.
   */
  private run(
    life: Life,
    why: 'start' | 'kick' | 'alarm' | 'request',
    call: (life: Life) => QuickJSHandle | undefined,
  ): void {
    this.events.entered?.(why);
    life.ran = 0;
    this.scheduler.elapse(ENTRY_MS);
    life.clock[0] = this.scheduler.now - life.bornAt;
    let failure: string | undefined;
    let stack = '';
    try {
      let error = call(life);
      while (!error && !life.crash && life.instance.runtime.hasPendingJob()) {
        error = runJobs(life) ?? callHandler(life, 'jobsDone');
      }
      if (error) ({ reason: failure, stack } = describe(life, error));
    } catch (error) {
      // V8 gave up before QuickJS did (deep JSON, wasm trap): the instance is lost.
      failure = engineFault(error);
    }
    this.passKicks(life);
    // Interrupted promise jobs reject, which the program's own crash handler then reports: the watchdog was first.
    if (life.watchdog) {
      const reason = `watchdog: ran ${this.board.watchdogMs} ms without returning`;
      this.crash(life, CrashType.watchdog, reason, life.crash?.stack ?? stack);
    } else if (life.crash) this.crash(life, CrashType.fatal, life.crash.reason, life.crash.stack);
    else if (failure !== undefined) this.crash(life, CrashType.fatal, failure, stack);
    else this.setAlarm(life);
    this.events.left?.();
  }

  /** Passes the kicks on, also those that were sent before a crash. */
  private passKicks(life: Life): void {
    for (let word = 0; word < KICK_WORDS; word++) {
      let bits = life.kicks[word];
      if (bits === 0) continue;
      life.kicks[word] = 0;
      for (let bit = 0; bits !== 0; bit++, bits >>>= 1) {
        if (bits & 1) this.events.kicked(word * 32 + bit);
      }
    }
  }

  private setAlarm(life: Life): void {
    const at = life.clock[1];
    if (at === life.alarmAt) return;
    life.alarmAt = at;
    life.alarm?.cancel();
    life.alarm = undefined;
    if (at === Infinity) return;
    const onAlarm = (): void => {
      life.alarmAt = Infinity;
      life.clock[1] = Infinity;
      if (this.life !== life) return;
      this.run(life, 'alarm', () => callHandler(life, 'alarm'));
    };
    life.alarm = this.scheduler.at(life.bornAt + at, onAlarm, this);
  }

  private crash(life: Life, type: CrashReport['type'], reason: string, stack: string): void {
    life.alarm?.cancel();
    this.life = undefined;
    this.events.crashed({ type, reason, stack: mapStack(stack, sourceMapOf(life.image)) });
  }
}

/** Runs promise jobs until there are none; the error that one of them threw, if any. */
function runJobs(life: Life): QuickJSHandle | undefined {
  // Asking costs a fifth of an empty executePendingJobs.
  const { runtime } = life.instance;
  while (runtime.hasPendingJob()) {
    const result = runtime.executePendingJobs();
    if (result.error) return result.error;
  }
  return undefined;
}

/** Calls a handler that the program registered, off the hot path; the error that it threw, if any. */
function callHandler({ instance, handlers }: Life, name: 'alarm' | 'jobsDone'): QuickJSHandle | undefined {
  return instance.context.getProp(handlers, name).consume((handler) => instance.call(handler));
}

function callKick({ instance, kick }: Life): QuickJSHandle | undefined {
  return instance.call(kick);
}

/** The functions behind the accesses to the mailbox's window. */
function registerAccess(context: Instance['context'], registers: Peripheral): QuickJSHandle[] {
  return [
    context.newFunction('read', (offset, width) =>
      context.newNumber(readRegister(registers, context.getNumber(offset), context.getNumber(width))),
    ),
    context.newFunction('write', (offset, width, value) => {
      const [at, bytes, word] = [offset, width, value].map((handle) => context.getNumber(handle));
      writeRegister(registers, at, bytes, word);
    }),
  ];
}

/** Hands a request of Linux to the program; the error that its handler threw, if any. */
function callRequest(
  { instance, handlers }: Life,
  request: HostRequest,
  id: number,
): QuickJSHandle | undefined {
  const { context } = instance;
  const result = context.getProp(handlers, 'request').consume((handler) => {
    const [name, number] = [context.newString(request), context.newNumber(id)];
    return context.callFunction(handler, context.undefined, name, number);
  });
  if (result.error) return result.error;
  result.value.dispose();
  return undefined;
}

function describe(life: Life, error: QuickJSHandle): { reason: string; stack: string } {
  const dumped = life.instance.context.dump(error) as unknown;
  if (typeof dumped === 'object' && dumped !== null && 'message' in dumped) {
    const {
      name = 'Error',
      message,
      stack = '',
    } = dumped as { name?: string; message: string; stack?: string };
    return { reason: message ? `${name}: ${message}` : name, stack };
  }
  // Without memory the engine cannot even build its error.
  if (dumped === null || dumped === '') return { reason: 'InternalError: out of memory', stack: '' };
  const text = typeof dumped === 'bigint' ? `${dumped}n` : JSON.stringify(dumped);
  return { reason: `thrown: ${text}`, stack: '' };
}

function engineFault(error: unknown): string {
  return `engine fault: ${(error as Error).message}`;
}

function refuse(app: LoadedApp | undefined, damage: readonly string[]): string | undefined {
  if (!app) return damage[0] ?? 'no program found in loaded memory: the image holds none this core can run';
  const { kind, engine } = app.header;
  if (engine !== APP_ENGINE_QUICKJS && engine !== APP_ENGINE_ESPRUINO)
    return `the program is for engine ${engine}; this core runs QuickJS and what is made for Espruino`;
  if (kind !== APP_KIND_SOURCE && kind !== APP_KIND_BYTECODE)
    return `the program is of kind ${kind}; this core knows source and bytecode`;
  return undefined;
}
