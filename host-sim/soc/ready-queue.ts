/** Tasks that can run now. */
import { below, type Random } from '../random.js';

/** Who a task belongs to: Linux or one of the cores. Tasks of one party run in order. */
export type Party = object;

/** Linux, which most tasks belong to. */
export const LINUX: Party = { name: 'Linux' };

/** Slots of tasks that have run, before a list is made shorter. */
const KEPT_SLOTS = 1024;

const nothing = (): void => {};

export interface ReadyQueue {
  push(task: () => void, party: Party): void;
  /** The next task, taken out. With `except`, none of that party's. */
  take(except?: Party): (() => void) | undefined;
}

/** In the order in which they came. */
export class InOrder implements ReadyQueue {
  private tasks: (() => void)[] = [];
  private head = 0;

  get empty(): boolean {
    return this.head === this.tasks.length;
  }

  push(task: () => void): void {
    this.tasks.push(task);
  }

  take(): (() => void) | undefined {
    if (this.empty) return undefined;
    const task = this.tasks[this.head];
    // What has run is let go at once, also where the queue never gets empty: a task may hold a whole core.
    this.tasks[this.head++] = nothing;
    if (this.empty) {
      this.tasks = [];
      this.head = 0;
    } else if (this.head >= KEPT_SLOTS && this.head * 2 > this.tasks.length) {
      this.tasks = this.tasks.slice(this.head);
      this.head = 0;
    }
    return task;
  }
}

/** Any party's next task: Linux and the cores run beside each other, and each may be ahead. */
export class Interleaved implements ReadyQueue {
  private readonly parties = new Map<Party, InOrder>();
  /** Parties with tasks. */
  private ready: Party[] = [];

  constructor(private readonly random: Random) {}

  push(task: () => void, party: Party): void {
    let tasks = this.parties.get(party);
    if (!tasks) {
      tasks = new InOrder();
      this.parties.set(party, tasks);
    }
    tasks.push(task);
    if (!this.ready.includes(party)) this.ready.push(party);
  }

  take(except?: Party): (() => void) | undefined {
    const choice = this.ready.filter((party) => party !== except);
    if (choice.length === 0) return undefined;
    const party = choice[choice.length === 1 ? 0 : below(this.random, choice.length)];
    const tasks = this.parties.get(party)!;
    const task = tasks.take();
    if (tasks.empty) this.ready = this.ready.filter((other) => other !== party);
    return task;
  }
}
