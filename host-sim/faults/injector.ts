/** Decides from the seed what goes wrong, and keeps account of it. */
import { below, between, type Random, streamOf } from '../random.js';
import type { Party } from '../soc/ready-queue.js';
import type { Scheduler } from '../soc/scheduler.js';
import type { InjectedFault, Span } from './plan.js';

/** Who brings late kicks and injected faults: neither Linux nor a core. */
export const HARDWARE: Party = { name: 'hardware' };

export class Injector {
  readonly injected: InjectedFault[] = [];
  /** False: nothing more goes wrong. What is on its way still arrives. */
  active = true;
  private readonly streams = new Map<string, Random>();

  private readonly noted = new Set<string>();

  constructor(
    readonly scheduler: Scheduler,
    private readonly seed: number,
  ) {}

  /** Does a fault of this kind happen now? */
  happens(kind: string, probability = 0): boolean {
    return this.active && probability > 0 && this.random(kind)() < probability;
  }

  /** Chance of its own for each kind. */
  random(kind: string): Random {
    let stream = this.streams.get(kind);
    if (!stream) {
      stream = streamOf(this.seed, kind);
      this.streams.set(kind, stream);
    }
    return stream;
  }

  /** Virtual ms within `span`, in whole microseconds. */
  time(kind: string, span: Span): number {
    return Math.round(between(this.random(kind), span) * 1000) / 1000;
  }

  /** One of `list`, which has at least one. */
  pick<T>(kind: string, list: readonly T[]): T {
    return list[below(this.random(kind), list.length)];
  }

  /** Whether a fault of this kind has happened. */
  had(kind: string): boolean {
    return this.noted.has(kind);
  }

  note(kind: string, details: InjectedFault['details']): void {
    this.noted.add(kind);
    this.injected.push({ time: this.scheduler.now, kind, details });
  }

  /** Runs `task` after `ms`, as something that the hardware does. */
  later(ms: number, task: () => void): void {
    this.scheduler.at(this.scheduler.now + ms, task, HARDWARE);
  }
}
