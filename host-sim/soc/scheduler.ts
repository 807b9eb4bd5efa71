/**
 * One thread, one virtual clock: everything that happens in a simulated system is a task here, so that a run
 * depends on its inputs and its seed only. Times are virtual milliseconds with fractions.
 */
export interface Alarm {
  /** Takes the alarm back; nothing happens if it has gone off. */
  cancel(): void;
}

interface Due extends Alarm {
  readonly at: number;
  readonly task: () => void;
  cancelled: boolean;
}

export class Scheduler {
  private ready: (() => void)[] = [];
  private head = 0;
  /** Sorted by time; equal times keep the order of their making. */
  private readonly alarms: Due[] = [];
  private time = 0;

  /** Milliseconds since the simulation began. */
  get now(): number {
    return this.time;
  }

  /** Runs `task` after everything that is ready now. */
  post(task: () => void): void {
    this.ready.push(task);
  }

  /** Runs `task` once the clock shows `at`. */
  at(at: number, task: () => void): Alarm {
    const due: Due = {
      at,
      task,
      cancelled: false,
      cancel() {
        this.cancelled = true;
      },
    };
    let slot = this.alarms.length;
    while (slot > 0 && this.alarms[slot - 1].at > at) slot--;
    this.alarms.splice(slot, 0, due);
    return due;
  }

  /** Time that a task takes while it runs, such as a core executing code. */
  elapse(ms: number): void {
    this.time += ms;
  }

  /** When the next alarm is due; Infinity without one. What is ready now is not counted. */
  get nextAlarm(): number {
    return this.alarms.find(({ cancelled }) => !cancelled)?.at ?? Infinity;
  }

  /** Runs one task, letting time pass up to `limit` if need be. False when there is none until then. */
  step(limit = Infinity): boolean {
    // Tasks may move the clock: what is due goes behind what is ready, and cannot be kept waiting by new tasks.
    while (this.alarms.length > 0 && this.alarms[0].at <= this.time) {
      const due = this.alarms.shift()!;
      if (!due.cancelled) {
        this.ready.push(() => {
          if (!due.cancelled) due.task();
        });
      }
    }
    if (this.head < this.ready.length) {
      const task = this.ready[this.head++];
      if (this.head === this.ready.length) {
        this.ready = [];
        this.head = 0;
      }
      task();
      return true;
    }
    while (this.alarms.length > 0 && this.alarms[0].cancelled) this.alarms.shift();
    const next = this.alarms[0];
    if (!next || next.at > limit) return false;
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
    const limit = this.time + ms;
    while (!done()) {
      if (this.time > limit || !this.step(limit)) {
        if (this.time < limit && Number.isFinite(limit)) this.time = limit;
        return done();
      }
    }
    return true;
  }
}
