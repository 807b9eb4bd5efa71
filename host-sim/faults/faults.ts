/** The faults of one simulation: where they take hold of it. */
import type { Core, CoreEvents, CrashReport } from '../cores/core.js';
import { ENOENT } from '../errno.js';
import type { RecordedMessage, RecordedRing, Recorder } from '../recording/recorder.js';
import type { FirmwareFiles } from '../remoteproc/firmware-files.js';
import type { DmaMemory } from '../soc/dma-pool.js';
import type { Scheduler } from '../soc/scheduler.js';
import { Injector } from './injector.js';
import { type Direction, KickFaults } from './kicks.js';
import { type FaultPlan, INJECTED_CRASH, type InjectedFault } from './plan.js';
import { RingFaults } from './rings.js';
import { type FaultySystem, SystemFaults } from './system.js';

/** `simulation.faults`: what goes wrong in a run and what has gone wrong so far. */
export class Faults {
  /** Hears of messages and rings. */
  readonly recorder: Recorder;
  private readonly injector: Injector;
  private readonly kicks: KickFaults;
  private readonly corruption: RingFaults;
  /** Live rings by processor and notifyid. */
  private readonly rings = new Map<number, Map<number, RecordedRing>>();

  constructor(
    private readonly plan: FaultPlan,
    seed: number,
    scheduler: Scheduler,
    private readonly system: FaultySystem,
  ) {
    this.injector = new Injector(scheduler, seed);
    this.kicks = new KickFaults(this.injector, plan);
    this.corruption = new RingFaults(this.injector, plan);
    const whole = new SystemFaults(this.injector, system, plan);
    this.recorder = {
      message: (message: RecordedMessage) => whole.message(message),
      ring: (ring) => this.ringsOf(ring.processor).set(ring.notifyid, ring),
      ringGone: (_time, processor, name) => {
        const rings = this.ringsOf(processor);
        for (const [notifyid, ring] of rings) if (ring.name === name) rings.delete(notifyid);
      },
    };
  }

  /** What went wrong so far, in order. */
  get injected(): readonly InjectedFault[] {
    return this.injector.injected;
  }

  /** The crash was injected, or may well come of a ring that was damaged before. */
  explains({ reason }: CrashReport): boolean {
    return reason === INJECTED_CRASH || this.injected.some(({ kind }) => kind === 'rings.corrupt');
  }

  /** Nothing more goes wrong from now on. What is on its way, late kicks and drivers that come back, still arrives. */
  stop(): void {
    this.injector.active = false;
  }

  /** `events` of the core of processor `processor`, whose kicks take their way through here. */
  events(processor: number, events: CoreEvents): CoreEvents {
    return {
      ...events,
      kicked: (notifyid) => this.pass('toHost', processor, notifyid, (id) => events.kicked(id)),
    };
  }

  /** `core`, as Linux reaches it. */
  core(processor: number, core: Core): Core {
    return {
      start: (what) => core.start(what),
      stop: () => core.stop(),
      kick: (notifyid) => this.pass('toRemote', processor, notifyid, (id) => core.kick(id)),
      get request() {
        return core.request?.bind(core);
      },
    };
  }

  /** `memory` in which allocations fail. */
  dma(processor: number, memory: DmaMemory): DmaMemory {
    const fails = (size: number): boolean => {
      const happens = this.injector.happens('memory.fail', this.plan.memory?.fail);
      if (happens) this.injector.note('memory.fail', { processor, size });
      return happens;
    };
    return { ...memory, fails, alloc: (size) => (fails(size) ? undefined : memory.alloc(size)) };
  }

  /** Firmware files that are not always there. */
  files(files: FirmwareFiles): void {
    const otherwise = files.fault;
    files.fault = (path) => {
      if (!this.injector.happens('firmware.vanish', this.plan.firmware?.vanish)) return otherwise(path);
      this.injector.note('firmware.vanish', { path });
      return -ENOENT;
    };
  }

  private pass(
    direction: Direction,
    processor: number,
    notifyid: number,
    deliver: (notifyid: number) => void,
  ): void {
    const rings = this.ringsOf(processor);
    const ring = rings.get(notifyid);
    if (ring) this.corruption.pass(direction, this.system.processors[processor].rproc, ring);
    const notifyids = () => [...rings.keys()];
    this.kicks.pass({ direction, processor, notifyid, notifyids, deliver });
  }

  private ringsOf(processor: number): Map<number, RecordedRing> {
    let rings = this.rings.get(processor);
    if (!rings) {
      rings = new Map();
      this.rings.set(processor, rings);
    }
    return rings;
  }
}
