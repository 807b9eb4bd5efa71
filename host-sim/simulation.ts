/** A board with a simulated Linux on one side and a simulated core on the other. */
import { addressRanges, type Board, processorName } from '../boards/board.js';
import type { Core, CoreEvents, CrashReport } from './cores/core.js';
import { QuickJSCore } from './cores/quickjs/core.js';
import { IdAllocator, type Kernel, type KernelVersion, probeFailed } from './kernel.js';
import {
  backResources,
  boardDma,
  callDoorbell,
  type PlatformDriver,
  platformDriver,
} from './platform/index.js';
import { KernelLog, type LogLine } from './printk.js';
import { readTrace, rprocBoot, rprocShutdown } from './remoteproc/core.js';
import { Rproc } from './remoteproc/rproc.js';
import type { RpmsgChannel, RpmsgDriver } from './rpmsg/channel.js';
import { RpmsgBus } from './rpmsg/virtio-rpmsg-bus.js';
import { SocMemory } from './soc/memory.js';
import { Scheduler } from './soc/scheduler.js';
import { VirtioBus } from './virtio/bus.js';
import { type ConsolePort, ConsolePorts } from './virtio/console.js';

/** What to simulate; all but the board has a default. */
export interface SimulationOptions {
  readonly board: Board;
  /** Which kernel's behaviour; 6.12 when left out. */
  readonly kernel?: KernelVersion;
  /** For the firmware's Math.random; 1 when left out. */
  readonly seed?: number;
  /** Told each line of the kernel log as it is printed. */
  readonly onLog?: (line: LogLine) => void;
  /** Told what the firmware writes to its log, as bytes. */
  readonly onFirmwareLog?: (bytes: Uint8Array) => void;
  /** Makes the core; a QuickJS core when left out. */
  readonly core?: (parts: CoreParts) => Core;
  /**
   * Only Linux's decisions are wanted: segments are not copied and no memory is made for the core, which must not run
   * anything. What headers claim costs nothing then.
   */
  readonly decideOnly?: boolean;
}

/** What a core is built from. */
export interface CoreParts {
  readonly board: Board;
  readonly memory: SocMemory;
  readonly scheduler: Scheduler;
  readonly events: CoreEvents;
  readonly seed: number;
}

/** One system from power-up on: set a firmware file, start, let virtual time pass, look at what Linux and the core did. */
export class Simulation {
  /** The virtual clock, which everything here runs on. */
  readonly scheduler = new Scheduler();
  readonly kernel: Kernel;
  /** RAM as Linux and the core see it. */
  readonly memory: SocMemory;
  /** What executes the image. */
  readonly core: Core;
  /** `struct rproc`: state, carveouts, the table in effect. */
  readonly rproc: Rproc;
  /** virtio_rpmsg_bus and its counters. */
  readonly rpmsg: RpmsgBus;
  /** The virtio devices that the image declared. */
  readonly virtio = new VirtioBus();
  /** Consoles and serial ports that exist now: `hvc0`, `vport0p0`. */
  readonly ports: readonly ConsolePort[];
  /** Channels that exist now, in order of their creation. */
  readonly channels: RpmsgChannel[] = [];
  /** All channels that ever were. */
  readonly channelHistory: RpmsgChannel[] = [];
  /** Notifications that were sent so far. */
  readonly kicks = { toRemote: 0, toHost: 0 };
  /** The platform driver of the board. */
  readonly platform: PlatformDriver;
  private readonly files = new Map<string, Uint8Array>();
  /** A crash that no interrupt and no message told Linux of. */
  private unheard: CrashReport | undefined;

  constructor(options: SimulationOptions) {
    const { board, seed = 1, decideOnly = false } = options;
    const log = new KernelLog(this.scheduler, options.onLog);
    this.kernel = { version: options.kernel ?? '6.12', log, scheduler: this.scheduler };
    this.memory = new SocMemory(addressRanges(board));
    const events: CoreEvents = {
      kicked: (notifyid) => rang(notifyid),
      crashed: (report) => {
        if (!this.platform.crashed(this.rproc, report)) this.unheard = this.rproc.lastCrash;
      },
      log: options.onFirmwareLog ?? (() => {}),
    };
    const parts = { board, memory: this.memory, scheduler: this.scheduler, events, seed };
    this.core = options.core?.(parts) ?? new QuickJSCore(board, this.memory, this.scheduler, events, seed);

    this.rpmsg = new RpmsgBus(this.kernel, {
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
    this.virtio.registerDriver(this.rpmsg.virtioDriver());
    const consoles = new ConsolePorts(this.kernel);
    for (const driver of consoles.drivers()) this.virtio.registerDriver(driver);
    this.ports = consoles.ports;
    let rang: (notifyid: number | 'all') => void = () => {};
    this.platform = platformDriver(board, this.memory, this.core, {
      rproc: () => this.rproc,
      onKick: () => this.kicks.toRemote++,
      back: (rproc) => {
        if (!decideOnly) backResources(rproc, board, this.memory);
      },
      doorbell: (to) => {
        rang = (notifyid) => {
          this.kicks.toHost++;
          this.scheduler.post(() => to.kicked(notifyid));
        };
        return callDoorbell(this.core, this.scheduler, to);
      },
    });
    const processor = processorName(board, this.kernel.version);
    this.rproc = new Rproc(
      this.kernel,
      0,
      processor,
      { prefix: board.linux.device },
      this.platform.ops,
      boardDma(board, this.memory),
      board.linux.hasIommu,
      { bus: this.virtio, ids: new IdAllocator() },
      board.linux.firmware ?? `rproc-${processor}-fw`,
    );
    if (decideOnly) this.rproc.place = () => {};
    this.rproc.sizeBits = board.linux.hostBits ?? 64;
    this.rproc.autoBoot = board.linux.autoBoot;
    this.rproc.recoveryDisabled = !board.linux.recovery;
    log.info(this.rproc, `${processor} is available`);
  }

  /** Puts a file into /lib/firmware and names it as the processor's firmware. */
  setFirmware(name: string, data: Uint8Array): void {
    this.files.set(name, data);
    this.rproc.firmware = name;
  }

  /** Loads a host driver: it is bound to each channel that its id table names, also to those that are there already. */
  registerDriver(driver: RpmsgDriver): void {
    this.rpmsg.registerDriver(driver);
  }

  /** `echo start > state`: 0 or a negative errno. */
  async start(): Promise<number> {
    const result = await rprocBoot(this.rproc, (name) => this.files.get(name));
    if (result < 0) this.rproc.err(`Boot failed: ${result}`);
    return result;
  }

  /** `echo stop > state`: 0 or a negative errno. */
  stop(): Promise<number> {
    return rprocShutdown(this.rproc);
  }

  /** Why the core stopped for good, if it did. */
  get crash(): CrashReport | undefined {
    return this.rproc.lastCrash;
  }

  /**
   * The core stopped for good and Linux has noticed, or never will: on many SoCs nothing tells it, and its state stays
   * "running".
   */
  get down(): boolean {
    const { state, lastCrash } = this.rproc;
    return state === 'crashed' || (lastCrash !== undefined && lastCrash === this.unheard);
  }

  /** Text of trace file `index`. */
  trace(index = 0): string {
    return readTrace(this.rproc, index);
  }

  /** Runs until `done()` holds, the core crashes or `ms` virtual milliseconds have passed; true if it holds. */
  runUntil(done: () => boolean, ms: number): boolean {
    this.scheduler.runUntil(() => done() || this.down, ms);
    return done();
  }

  /** Runs everything that is ready now, without letting time pass. */
  settle(): void {
    while (this.scheduler.step(this.scheduler.now));
  }
}
