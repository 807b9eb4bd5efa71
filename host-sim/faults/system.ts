/** Faults of the whole system: Linux is slow, its driver goes and comes back, cores crash or are started anew. */
import type { Core } from '../cores/core.js';
import type { RecordedMessage } from '../recording/recorder.js';
import type { Rproc } from '../remoteproc/rproc.js';
import type { Sysfs } from '../sysfs.js';
import type { VirtioBus } from '../virtio/bus.js';
import type { Injector } from './injector.js';
import { type FaultPlan, INJECTED_CRASH, type Moments, type Outage, type Span } from './plan.js';

/** Longer than the 100 ms that firmware takes at most to see that a driver has gone. */
const DOWN_MS: Span = [110, 200];
/** A fault for a message comes this much later: before it is looked at, or some work after it. */
const SOON_MS: Span = [0, 0.2];
/** How long somebody who has to wait for Linux waits before looking again. */
const AGAIN_MS = 1;

/** What of the simulation is needed here. */
export interface FaultySystem {
  readonly processors: readonly { readonly core: Core; readonly rproc: Rproc }[];
  readonly virtio: VirtioBus;
  readonly sysfs: Sysfs;
}

export class SystemFaults {
  private readonly moments: readonly {
    kind: string;
    plan: Outage;
    cause: (processor: number, plan: Outage) => void;
  }[];
  private readonly slow: { readonly probability: number; readonly ms: number };
  /** Callbacks that sleep now: their device cannot go meanwhile. */
  private asleep = 0;
  /** Processors that are being started anew. */
  private readonly restarting = new Set<number>();

  constructor(
    private readonly injector: Injector,
    private readonly system: FaultySystem,
    { host = {}, core = {} }: FaultPlan,
  ) {
    this.slow = host.slow ?? { probability: 0, ms: 0 };
    this.moments = [
      { kind: 'host.reset', plan: asMoments(host.reset), cause: (...args) => this.reset(...args) },
      { kind: 'core.crash', plan: asMoments(core.crash), cause: (index) => this.crash(index) },
      { kind: 'core.restart', plan: asMoments(core.restart), cause: (...args) => this.restart(...args) },
    ];
    for (const { plan, cause } of this.moments) {
      for (const at of plan.at ?? []) {
        injector.later(at, () => {
          if (!injector.active) return;
          for (const index of system.processors.keys()) cause(index, plan);
        });
      }
    }
  }

  /** A message is in the ring, or is taken out of it. */
  message({ direction, processor }: RecordedMessage): void {
    const { injector } = this;
    for (const { kind, plan, cause } of this.moments) {
      if (injector.happens(kind, plan.probability)) {
        injector.later(injector.time(kind, SOON_MS), () => cause(processor, plan));
      }
    }
    // With a damaged index Linux may take tens of thousands of old entries for new ones: it is quick about that.
    if (injector.had('rings.corrupt')) return;
    if (direction === 'in' && injector.happens('host.slow', this.slow.probability)) this.sleep(processor);
  }

  /** The driver's callback sleeps: what else is there to do goes on. */
  private sleep(processor: number): void {
    const { injector } = this;
    const ms = injector.time('host.slow', [0, this.slow.ms]);
    injector.note('host.slow', { processor, ms });
    this.asleep++;
    injector.scheduler.runUntil(() => false, ms);
    this.asleep--;
  }

  /** Unbinds the driver of each of the processor's virtio devices, and binds it again. */
  private reset(processor: number, { downMs = DOWN_MS }: Outage): void {
    const { injector, system } = this;
    const { rproc } = system.processors[processor];
    // Who unbinds waits for the device: while its interrupt is handled, and while it comes or goes.
    if (this.asleep > 0 || this.restarting.has(processor)) {
      injector.later(AGAIN_MS, () => this.reset(processor, { downMs }));
      return;
    }
    if ((rproc.state !== 'running' && rproc.state !== 'attached') || rproc.lock.taken) return;
    const devices = system.virtio.devices.filter(({ transport }) => transport.processor === processor);
    for (const device of devices) {
      if (!system.virtio.unbind(device)) continue;
      const ms = injector.time('host.reset', downMs);
      injector.note('host.reset', { processor, device: device.name, ms });
      injector.later(ms, () => system.virtio.bind(device));
    }
  }

  private crash(index: number): void {
    const { core, rproc } = this.system.processors[index];
    if (!core.fail || (rproc.state !== 'running' && rproc.state !== 'attached') || rproc.lock.taken) return;
    this.injector.note('core.crash', { processor: index });
    core.fail(INJECTED_CRASH);
  }

  /** What somebody at a shell does; the core stays down where Linux refuses. */
  private restart(index: number, { downMs = DOWN_MS }: Outage): void {
    const { injector, system } = this;
    const { scheduler } = injector;
    if (this.asleep > 0) {
      injector.later(AGAIN_MS, () => this.restart(index, { downMs }));
      return;
    }
    if (this.restarting.has(index) || system.processors[index].rproc.state !== 'running') return;
    const state = `/sys/class/remoteproc/remoteproc${index}/state`;
    const ms = injector.time('core.restart', downMs);
    injector.note('core.restart', { processor: index, ms });
    this.restarting.add(index);
    scheduler.thread(async () => {
      // A start without a stop would only take a reference, and no later stop would do.
      if ((await system.sysfs.write(state, 'stop')) >= 0) {
        await scheduler.sleep(ms);
        await system.sysfs.write(state, 'start');
      }
      this.restarting.delete(index);
    });
  }
}

function asMoments(given: number | Moments = 0): Outage {
  return typeof given === 'number' ? { probability: given } : given;
}
