/**
 * One thread, one virtual clock: everything that happens in a simulated system is a task here, so that a run
 * depends on its inputs and its seed only. Times are virtual milliseconds with fractions; where a core is a process of its
 * own they are those of the wall clock.
 */
import type { Random } from '../random.js';
import { InOrder, Interleaved, LINUX, type Party, type ReadyQueue } from './ready-queue.js';
import type { RealTime } from './real-time.js';

export interface Alarm {
  /** Takes the alarm back; nothing happens if it has gone off. */
  cancel(): void;
}

interface Due extends Alarm {
  readonly at: number;
  task: () => void;
  readonly party: Party;
  cancelled: boolean;
}

/** Alarms that were cancelled, before the list is made shorter. */
const KEPT_SLOTS = 1024;

/** Real ms after which a run that has always something to do lets Node do its other work as well. */
const BUSY_MS = 10;

const nothing = (): void => {};

/** Lets everything that is ready in Node's own queues run. */
const nodeTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export class Scheduler {
  private ready: ReadyQueue = new InOrder();
  /** Decides at each kick who goes on; absent where all is done in order. */
  private chance: Random | undefined;
  /** Sorted by time; equal times keep the order of their making. */
  private alarms: Due[] = [];
  /** Alarms that were cancelled since the list was last cleared of them. */
  private cancelled = 0;
  private time = 0;
  /** Set where time passes by itself. */
  private real: RealTime | undefined;
  /** Kernel threads were woken and have not run yet: they are promises, which go on in Node's own time. */
  private woken = false;
  private readonly outsideWork = new Set<Promise<unknown>>();
  private readonly failures: unknown[] = [];

  /** Milliseconds since the simulation began. */
  get now(): number {
    if (this.real) this.time = Math.max(this.time, this.real.now());
    return this.time;
  }

  /** Time passes by itself from now on; `make` makes the clock, unless one is followed already. */
  follow(make: () => RealTime): RealTime {
    this.real ??= make();
    return this.real;
  }

  /** Whether time passes by itself: a limit is in real ms then. */
  get isReal(): boolean {
    return this.real !== undefined;
  }

  /** Ends a wait for real time early, to look whether what was waited for has happened. */
  wake(): void {
    this.real?.wake();
  }

  /**
   * From now on Linux and the cores run beside each other: which of them does the next thing is left to chance, also at
   * each kick of Linux. Before the first task.
   */
  interleave(random: Random): void {
    this.chance = random;
    this.ready = new Interleaved(random);
  }

  /** Runs `task` after everything that is ready now, or where parties are interleaved, after the rest of its own. */
  post(task: () => void, party: Party = LINUX): void {
    this.ready.push(task, party);
  }

  /** `party` has just kicked another one: where parties are interleaved, others may work before it goes on. */
  kicked(party: Party = LINUX): void {
    if (!this.chance) return;
    while (this.chance() < 0.5) {
      const task = this.ready.take(party);
      if (!task) return;
      task();
    }
  }

  /** Runs `task` once the clock shows `at`. */
  at(at: number, task: () => void, party: Party = LINUX): Alarm {
    const due: Due = {
      at,
      task,
      party,
      cancelled: false,
      cancel: () => this.cancel(due),
    };
    let slot = this.alarms.length;
    while (slot > 0 && this.alarms[slot - 1].at > at) slot--;
    this.alarms.splice(slot, 0, due);
    return due;
  }

  /** A task may hold a whole core: it is let go at once, and its slot when half of the list is of that kind. */
  private cancel(due: Due): void {
    if (due.cancelled) return;
    due.cancelled = true;
    due.task = nothing;
    if (++this.cancelled < KEPT_SLOTS || this.cancelled * 2 < this.alarms.length) return;
    this.alarms = this.alarms.filter(({ cancelled }) => !cancelled);
    this.cancelled = 0;
  }

  /** Time that a task takes while it runs, such as a core executing code; real time has passed already. */
  elapse(ms: number): void {
    if (!this.real) this.time += ms;
  }

  /** When the next alarm is due; Infinity without one. What is ready now is not counted. */
  get nextAlarm(): number {
    return this.alarms.find(({ cancelled }) => !cancelled)?.at ?? Infinity;
  }

  /**
   * Runs one task, letting virtual time pass up to `limit` if need be. False when there is none until then, or in real time
   * none now.
   */
  step(limit = Infinity): boolean {
    if (this.real) this.look(this.real);
    // Tasks may move the clock: what is due goes behind what is ready, and cannot be kept waiting by new tasks.
    while (this.alarms.length > 0 && this.alarms[0].at <= this.time) {
      const due = this.alarms.shift()!;
      if (!due.cancelled) {
        this.ready.push(() => {
          if (!due.cancelled) due.task();
        }, due.party);
      }
    }
    const task = this.ready.take();
    if (task) {
      task();
      return true;
    }
    while (this.alarms.length > 0 && this.alarms[0].cancelled) this.alarms.shift();
    const next = this.alarms[0];
    if (this.real || !next || next.at > limit) return false;
    this.alarms.shift();
    if (next.at > this.time) this.time = next.at;
    next.task();
    return true;
  }

  /**
   * Runs tasks until `done()` holds or `ms` of virtual time have passed; true if it holds. May be called from
   * within a task, as a kernel thread that sleeps while the others go on.
   */
  runUntil(done: () => boolean, ms: number): boolean {
    if (this.real) return this.blockUntil(this.real, done, ms);
    const limit = this.time + ms;
    while (!done()) {
      if (this.time > limit || !this.step(limit)) {
        if (this.time < limit && Number.isFinite(limit)) this.time = limit;
        return done();
      }
    }
    return true;
  }

  /** What has happened since the last look. */
  private look(real: RealTime): void {
    for (const source of real.sources) source.poll();
    this.time = this.now;
  }

  private blockUntil(real: RealTime, done: () => boolean, ms: number): boolean {
    this.look(real);
    const limit = this.time + ms;
    while (!done()) {
      // A core that never stops talking has always something to do.
      if (this.time <= limit && this.step()) continue;
      if (this.time >= limit) return done();
      real.block(Math.min(this.nextAlarm, limit) - this.time);
    }
    return true;
  }

  /** Starts a kernel thread; what it throws comes out of `run`. */
  thread(body: () => Promise<unknown>): void {
    this.woken = true;
    body().catch((error) => this.fail(error));
  }

  /** Something outside of the simulated system went wrong: comes out of `run`. */
  fail(error: unknown): void {
    this.failures.push(error);
  }

  /** Sleeps until the function that it hands out is called, or `ms` have passed; true when it was woken. */
  sleep(ms: number, until: (wake: () => void) => void = () => {}): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (woken: boolean): void => {
        this.woken = true;
        resolve(woken);
      };
      const alarm = ms === Infinity ? undefined : this.at(this.now + ms, () => end(false));
      until(() => {
        alarm?.cancel();
        end(true);
      });
    });
  }

  /** Work outside of the simulated system, such as loading an engine: nothing else happens until it is done. */
  async outside<T>(work: Promise<T>): Promise<T> {
    this.outsideWork.add(work);
    try {
      return await work;
    } finally {
      this.outsideWork.delete(work);
      this.woken = true;
    }
  }

  /** As `runUntil`, with kernel threads: boots, recoveries and whatever else sleeps. */
  async run(done: () => boolean, ms: number): Promise<boolean> {
    if (this.real) return this.runReal(this.real, done, ms);
    const limit = this.time + ms;
    for (;;) {
      if (this.woken || this.outsideWork.size > 0) await this.threadsAsleep();
      if (done()) return true;
      if (this.time > limit || !this.step(limit)) {
        if (this.woken || this.outsideWork.size > 0) continue;
        if (this.time < limit && Number.isFinite(limit)) this.time = limit;
        return done();
      }
    }
  }

  private async runReal(real: RealTime, done: () => boolean, ms: number): Promise<boolean> {
    this.look(real);
    const limit = this.time + ms;
    let turn = this.time;
    for (;;) {
      if (this.woken || this.outsideWork.size > 0) await this.threadsAsleep();
      if (done()) return true;
      if (this.time <= limit && this.step()) {
        if (this.time - turn < BUSY_MS) continue;
        await nodeTurn();
        turn = this.time;
        continue;
      }
      if (this.woken || this.outsideWork.size > 0) continue;
      if (this.time >= limit) return done();
      await real.wait(Math.min(this.nextAlarm, limit) - this.time);
      turn = real.now();
    }
  }

  private async threadsAsleep(): Promise<void> {
    do {
      this.woken = false;
      await Promise.allSettled(this.outsideWork);
      await nodeTurn();
    } while (this.woken || this.outsideWork.size > 0);
    if (this.failures.length > 0) throw this.failures.shift();
  }

  /** Runs a kernel thread to its end, letting as much virtual time pass as it sleeps. */
  async finish<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const end = (): void => {
      settled = true;
    };
    work.then(end, end);
    this.woken = true;
    await this.run(() => settled, Infinity);
    return work;
  }
}
