/** A simulated Linux with one or more remote processors beside it. */
import type { Board } from '../boards/board.js';
import type { Core, CrashReport } from './cores/core.js';
import { DevNodes } from './dev-nodes.js';
import { DevCoredump } from './devcoredump.js';
import { Faults } from './faults/faults.js';
import type { FaultPlan } from './faults/plan.js';
import { checkFaultPlan } from './faults/shape.js';
import { IdAllocator, type Kernel, type KernelVersion, probeFailed } from './kernel.js';
import { KernelLog, type LogLine } from './printk.js';
import { type CoreParts, type ProcessorOptions, RemoteProcessor, type SystemParts } from './processor.js';
import { streamOf } from './random.js';
import { combined, type Recorder } from './recording/recorder.js';
import { coredumpFaces, rprocFaces } from './remoteproc/faces.js';
import { FirmwareFiles } from './remoteproc/firmware-files.js';
import { RprocRegistry } from './remoteproc/registry.js';
import type { Rproc } from './remoteproc/rproc.js';
import { RpmsgBus } from './rpmsg/bus.js';
import type { RpmsgChannel, RpmsgDriver } from './rpmsg/channel.js';
import { rpmsgNs } from './rpmsg/name-service.js';
import { RpmsgChar } from './rpmsg/rpmsg-char.js';
import { rpmsgCtrl } from './rpmsg/rpmsg-ctrl.js';
import { RpmsgTtys } from './rpmsg/rpmsg-tty.js';
import { virtioRpmsgDriver } from './rpmsg/virtio-rpmsg-bus.js';
import type { SocMemory } from './soc/memory.js';
import { Scheduler } from './soc/scheduler.js';
import { Sysfs } from './sysfs.js';
import { VirtioBus } from './virtio/bus.js';
import { type ConsolePort, ConsolePorts } from './virtio/console.js';

export type { CoreParts };

/** What a core that runs by itself has begun is over after so many ms, unless it goes on for ever. */
const SETTLE_MS = 20;

/** What to simulate: a system, and its first processor. All but the board has a default. */
export interface SimulationOptions extends ProcessorOptions {
  /** Which kernel's behaviour; 6.12 when left out. */
  readonly kernel?: KernelVersion;
  /** Told each line of the kernel log as it is printed. */
  readonly onLog?: (line: LogLine) => void;
  /** Told what happens: messages, kicks, who works when. Without any, nothing is paid for it. */
  readonly recorders?: readonly Recorder[];
  /** What goes wrong, by chance that `seed` repeats. Such runs need `run`: recoveries are work of the kernel's threads. */
  readonly faults?: FaultPlan;
  /**
   * Linux and the cores run beside each other: which of them does the next thing is left to chance that `seed` repeats.
   * False when left out: everything is done in the order in which it came up.
   */
  readonly interleave?: boolean;
}

/**
 * One system from power-up on: set a firmware file, start, let virtual time pass, look at what Linux and the cores did.
 * What concerns one processor is about the first; `addProcessor` makes more.
 */
export class Simulation {
  /** The virtual clock, which everything here runs on. */
  readonly scheduler = new Scheduler();
  readonly kernel: Kernel;
  /** All remote processors that the system was made with, in the order of their making. */
  readonly processors: RemoteProcessor[] = [];
  /** Those that are registered, and how drivers find them. */
  readonly registry: RprocRegistry;
  /** What /lib/firmware holds. */
  readonly firmware: FirmwareFiles;
  /** /dev: character devices of the drivers. */
  readonly dev = new DevNodes(this.scheduler);
  /** /sys: attributes of devices, and what debugfs shows. */
  readonly sysfs = new Sysfs();
  /** The rpmsg bus: devices, drivers, counters. rpmsg_ns and rpmsg_ctrl are loaded from the start. */
  readonly rpmsg: RpmsgBus;
  /** rpmsg_char: `registerDriver(simulation.rpmsgChar.driver())` gives channels named `rpmsg-raw` their /dev/rpmsgN. */
  readonly rpmsgChar: RpmsgChar;
  /** rpmsg_tty: `registerDriver(simulation.rpmsgTty.driver())` gives channels named `rpmsg-tty` their /dev/ttyRPMSGn. */
  readonly rpmsgTty: RpmsgTtys;
  /** Coredumps that wait for somebody to read them: `/sys/class/devcoredump`. */
  readonly devcoredump = new DevCoredump(this.scheduler);
  /** The virtio devices that the images declared. */
  readonly virtio = new VirtioBus();
  /** Consoles and serial ports that exist now: `hvc0`, `vport0p0`. */
  readonly ports: readonly ConsolePort[];
  /** Channels that exist now, in order of their creation. */
  readonly channels: RpmsgChannel[] = [];
  /** All channels that ever were. */
  readonly channelHistory: RpmsgChannel[] = [];
  /** What goes wrong and has gone wrong; absent where nothing shall. */
  readonly faults: Faults | undefined;
  private readonly shared: SystemParts;

  constructor(options: SimulationOptions) {
    const { faults, seed = 1, recorders = [] } = options;
    if (options.interleave) this.scheduler.interleave(streamOf(seed, 'interleave'));
    if (faults) {
      this.faults = new Faults(
        checkFaultPlan(faults, 'new Simulation({ faults })'),
        seed,
        this.scheduler,
        this,
      );
    }
    const recorder = combined(this.faults ? [...recorders, this.faults.recorder] : recorders);
    const log = new KernelLog(this.scheduler, (line) => {
      recorder?.log(line);
      options.onLog?.(line);
    });
    this.kernel = { version: options.kernel ?? '6.12', log, scheduler: this.scheduler, recorder };
    this.firmware = new FirmwareFiles(this.kernel);
    this.faults?.files(this.firmware);
    this.registry = new RprocRegistry(this.kernel);
    this.rpmsg = new RpmsgBus(this.kernel, this.sysfs, {
      channel: (event, channel) => {
        if (event === 'created') {
          this.channels.push(channel);
          this.channelHistory.push(channel);
        } else {
          this.channels.splice(this.channels.indexOf(channel), 1);
        }
      },
    });
    this.virtio.onProbeFailed = (device, driver, errno) =>
      probeFailed(this.kernel, device, device.name, driver.name, errno);
    const { core } = this.rpmsg;
    const nodes = { kernel: this.kernel, core, dev: this.dev, sysfs: this.sysfs };
    this.rpmsgChar = new RpmsgChar(nodes);
    this.rpmsgTty = new RpmsgTtys(nodes);
    this.rpmsg.registerDriver(rpmsgNs(this.kernel));
    this.rpmsg.registerDriver(rpmsgCtrl(core, this.rpmsgChar));
    this.virtio.registerDriver(virtioRpmsgDriver(this.rpmsg));
    const consoles = new ConsolePorts(this.kernel);
    for (const driver of consoles.drivers()) this.virtio.registerDriver(driver);
    this.ports = consoles.ports;
    const { firmware, virtio, devcoredump } = this;
    const platform = { firmware, bus: virtio, ids: new IdAllocator(), devcoredump };
    this.shared = { kernel: this.kernel, platform, registry: this.registry, faults: this.faults };
    this.registry.listen(rprocFaces(this.sysfs, this.dev));
    coredumpFaces(this.sysfs, this.devcoredump);
    this.addProcessor(options);
  }

  /** Registers a further processor, with a core and memory of its own. */
  addProcessor(options: ProcessorOptions): RemoteProcessor {
    const processor = new RemoteProcessor(this.shared, this.processors.length, options);
    this.processors.push(processor);
    return processor;
  }

  /** The first processor's board. */
  get board(): Board {
    return this.processors[0].board;
  }

  /** RAM as Linux and the core see it. */
  get memory(): SocMemory {
    return this.processors[0].memory;
  }

  /** What executes the image. */
  get core(): Core {
    return this.processors[0].core;
  }

  /** `struct rproc`: state, carveouts, the table in effect. */
  get rproc(): Rproc {
    return this.processors[0].rproc;
  }

  /** Notifications that were sent so far. */
  get kicks(): { toRemote: number; toHost: number } {
    return this.processors[0].kicks;
  }

  /** Puts a file into /lib/firmware and names it as the processor's firmware. */
  setFirmware(name: string, data: Uint8Array): void {
    this.processors[0].setFirmware(name, data);
  }

  /**
   * Loads a host driver: it is bound to each channel that its id table names, also to those that are there already. 0, or
   * -EBUSY when one of that name is loaded.
   */
  registerDriver(driver: RpmsgDriver): number {
    return this.rpmsg.registerDriver(driver);
  }

  /** Unloads a host driver (or one by its name, such as `rpmsg_ns`): it leaves its channels, which stay. */
  unregisterDriver(driver: RpmsgDriver | string): void {
    this.rpmsg.unregisterDriver(typeof driver === 'string' ? driver : driver.name);
  }

  /** `echo start > state`: 0 or a negative errno. */
  start(): Promise<number> {
    return this.processors[0].start();
  }

  /** `echo stop > state`: 0 or a negative errno. */
  stop(): Promise<number> {
    return this.processors[0].stop();
  }

  /** `echo detach > state`: 0 or a negative errno. */
  detach(): Promise<number> {
    return this.processors[0].detach();
  }

  /** Why the core crashed last, if it was not started since. */
  get crash(): CrashReport | undefined {
    return this.processors[0].crash;
  }

  /** Text of trace file `index`. */
  trace(index = 0): string {
    return this.processors[0].trace(index);
  }

  /**
   * Lets up to `ms` virtual milliseconds pass until `done()` holds, with recoveries and whatever else the kernel's threads
   * do; true if it holds.
   */
  run(done: () => boolean, ms: number): Promise<boolean> {
    return this.scheduler.run(done, ms);
  }

  /**
   * As `run`, at once and without the kernel's threads: ends when the first core crashes, which is not recovered from
   * before `run` is called.
   */
  runUntil(done: () => boolean, ms: number): boolean {
    const [first] = this.processors;
    this.scheduler.runUntil(() => done() || this.rproc.state === 'crashed' || first.crashedUnheard, ms);
    return done();
  }

  /** Ends whatever the cores hold outside of this process's memory, such as an emulator. */
  dispose(): void {
    for (const { core } of this.processors) core.dispose?.();
  }

  /** Runs everything that is ready now, without letting time pass; real time passes by itself, and is given 20 ms. */
  settle(): void {
    const { scheduler } = this;
    if (scheduler.isReal) scheduler.runUntil(() => false, SETTLE_MS);
    else while (scheduler.step(scheduler.now));
  }
}
