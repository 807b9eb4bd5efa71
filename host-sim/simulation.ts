/** A board with a simulated Linux on one side and a simulated core on the other. */
import { addressRanges, type Board, processorName } from '../boards/board.js';
import type { Core, CoreEvents, CrashReport } from './cores/core.js';
import { QuickJSCore } from './cores/quickjs/core.js';
import { DevNodes } from './dev-nodes.js';
import { IdAllocator, type Kernel, type KernelVersion, probeFailed } from './kernel.js';
import { backResources, boardDma, platformOps } from './platform/index.js';
import { KernelLog, type LogLine } from './printk.js';
import { readTrace, rprocBoot, rprocReportCrash, rprocShutdown } from './remoteproc/core.js';
import { Rproc } from './remoteproc/rproc.js';
import { RpmsgBus } from './rpmsg/bus.js';
import type { RpmsgChannel, RpmsgDriver } from './rpmsg/channel.js';
import { rpmsgNs } from './rpmsg/name-service.js';
import { RpmsgChar } from './rpmsg/rpmsg-char.js';
import { rpmsgCtrl } from './rpmsg/rpmsg-ctrl.js';
import { RpmsgTtys } from './rpmsg/rpmsg-tty.js';
import { virtioRpmsgDriver } from './rpmsg/virtio-rpmsg-bus.js';
import { SocMemory } from './soc/memory.js';
import { Scheduler } from './soc/scheduler.js';
import { Sysfs } from './sysfs.js';
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
  /** /dev: character devices of the drivers. */
  readonly dev = new DevNodes(this.scheduler);
  /** /sys: attributes of devices. */
  readonly sysfs = new Sysfs();
  /** What executes the image. */
  readonly core: Core;
  /** `struct rproc`: state, carveouts, the table in effect. */
  readonly rproc: Rproc;
  /** The rpmsg bus: devices, drivers, counters. rpmsg_ns and rpmsg_ctrl are loaded from the start. */
  readonly rpmsg: RpmsgBus;
  /** rpmsg_char: `registerDriver(simulation.rpmsgChar.driver())` gives channels named `rpmsg-raw` their /dev/rpmsgN. */
  readonly rpmsgChar: RpmsgChar;
  /** rpmsg_tty: `registerDriver(simulation.rpmsgTty.driver())` gives channels named `rpmsg-tty` their /dev/ttyRPMSGn. */
  readonly rpmsgTty: RpmsgTtys;
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
  private readonly files = new Map<string, Uint8Array>();

  constructor(options: SimulationOptions) {
    const { board, seed = 1, decideOnly = false } = options;
    const log = new KernelLog(this.scheduler, options.onLog);
    this.kernel = { version: options.kernel ?? '6.12', log, scheduler: this.scheduler };
    this.memory = new SocMemory(addressRanges(board));
    const events: CoreEvents = {
      kicked: (notifyid) => {
        this.kicks.toHost++;
        this.scheduler.post(() => this.rproc.vqInterrupt(notifyid));
      },
      crashed: (report) => rprocReportCrash(this.rproc, report),
      log: options.onFirmwareLog ?? (() => {}),
    };
    const parts = { board, memory: this.memory, scheduler: this.scheduler, events, seed };
    this.core = options.core?.(parts) ?? new QuickJSCore(board, this.memory, this.scheduler, events, seed);

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
    const processor = processorName(board, this.kernel.version);
    this.rproc = new Rproc(
      this.kernel,
      0,
      processor,
      { prefix: board.linux.device },
      platformOps(board, this.memory, this.core, {
        onKick: () => this.kicks.toRemote++,
        back: (rproc) => {
          if (!decideOnly) backResources(rproc, board, this.memory);
        },
      }),
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

  /** Text of trace file `index`. */
  trace(index = 0): string {
    return readTrace(this.rproc, index);
  }

  /** Runs until `done()` holds, the core crashes or `ms` virtual milliseconds have passed; true if it holds. */
  runUntil(done: () => boolean, ms: number): boolean {
    this.scheduler.runUntil(() => done() || this.rproc.state === 'crashed', ms);
    return done();
  }

  /** Runs everything that is ready now, without letting time pass. */
  settle(): void {
    while (this.scheduler.step(this.scheduler.now));
  }
}
