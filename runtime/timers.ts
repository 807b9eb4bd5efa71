/** setTimeout and setInterval over the hal's one alarm. */

/** What waits with a limit needs of the timers. */
export interface Alarms {
  /** Calls `callback` after `delay` ms; the number stops it. */
  start(callback: () => void, delay: number): number;
  stop(id: number): void;
}

interface Timer {
  readonly id: number;
  readonly callback: (...args: any[]) => void;
  readonly args: any[];
  /** ms between calls; 0 for a timeout. */
  readonly every: number;
  at: number;
}

export class Timers {
  /** Sorted by time, first due first; equal times keep the order of their making. */
  private queue: Timer[] = [];
  private lastId = 0;

  constructor(
    private readonly now: () => number,
    /** Told whenever the first due time may have changed. */
    private readonly changed: () => void,
  ) {}

  /** When the first timer is due; Infinity when there is none. */
  get next(): number {
    return this.queue.length ? this.queue[0].at : Infinity;
  }

  start(callback: (...args: any[]) => void, delay?: number, repeat = false, args: any[] = []): number {
    if (typeof callback !== 'function') throw new TypeError('a timer needs a function');
    // NaN and negative delays count as 0; an interval of 0 ms would never let time pass.
    const wait = Math.max(Number(delay) || 0, repeat ? 1 : 0);
    const id = ++this.lastId;
    this.insert({ id, callback, args, every: repeat ? wait : 0, at: this.now() + wait });
    this.changed();
    return id;
  }

  stop(id: number): void {
    const left = this.queue.filter((timer) => timer.id !== id);
    if (left.length === this.queue.length) return;
    this.queue = left;
    this.changed();
  }

  /** Runs what is due at `now`; timers made by a callback wait for the next turn. */
  run(now: number): void {
    const last = this.lastId;
    for (;;) {
      const timer = this.queue.find((candidate) => candidate.at <= now && candidate.id <= last);
      if (!timer) return;
      this.queue.splice(this.queue.indexOf(timer), 1);
      if (timer.every) {
        timer.at += timer.every;
        if (timer.at <= now) timer.at = now + timer.every;
        this.insert(timer);
      }
      timer.callback(...timer.args);
    }
  }

  private insert(timer: Timer): void {
    let at = this.queue.length;
    while (at > 0 && this.queue[at - 1].at > timer.at) at--;
    this.queue.splice(at, 0, timer);
  }
}
