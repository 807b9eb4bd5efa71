/** Kicks that get lost, come twice, late or out of nowhere. */
import type { Injector } from './injector.js';
import type { FaultPlan, KickPlan, Span } from './plan.js';

/** Where a kick goes. */
export type Direction = 'toRemote' | 'toHost';

const DELAY_MS: Span = [0.01, 5];

/** What is known of the kick that passes. */
export interface PassingKick {
  readonly direction: Direction;
  /** Index of the remote processor. */
  readonly processor: number;
  readonly notifyid: number;
  /** All notifyids of the processor. */
  notifyids(): readonly number[];
  /** Interrupts whom it is for. */
  deliver(notifyid: number): void;
}

export class KickFaults {
  private readonly plans: { readonly [direction in Direction]: KickPlan };

  constructor(
    private readonly injector: Injector,
    { kicks = {} }: FaultPlan,
  ) {
    const { toRemote, toHost, ...both } = kicks;
    this.plans = { toRemote: { ...both, ...toRemote }, toHost: { ...both, ...toHost } };
  }

  pass(kick: PassingKick): void {
    const injector = this.injector;
    const { direction, processor, notifyid } = kick;
    const { drop, duplicate, delay, spurious, delayMs = DELAY_MS } = this.plans[direction];
    const kind = (name: string) => `kicks.${name}.${direction}`;
    const note = (name: string, more: { readonly [name: string]: number }): void =>
      injector.note(`kicks.${name}`, { direction, processor, ...more });

    if (injector.happens(kind('spurious'), spurious)) {
      const ids = kick.notifyids();
      const id = ids.length > 0 ? injector.pick(kind('spurious'), ids) : 0;
      const ms = injector.time(kind('spurious'), delayMs);
      note('spurious', { notifyid: id, ms });
      injector.later(ms, () => kick.deliver(id));
    }
    if (injector.happens(kind('drop'), drop)) {
      note('drop', { notifyid });
      return;
    }
    if (injector.happens(kind('duplicate'), duplicate)) {
      const ms = injector.time(kind('duplicate'), delayMs);
      note('duplicate', { notifyid, ms });
      injector.later(ms, () => kick.deliver(notifyid));
    }
    if (injector.happens(kind('delay'), delay)) {
      const ms = injector.time(kind('delay'), delayMs);
      note('delay', { notifyid, ms });
      injector.later(ms, () => kick.deliver(notifyid));
    } else kick.deliver(notifyid);
  }
}
