/** One remote processor of a simulated system: its board's memory, its core, and `struct rproc` over them. */
import { addressRanges, type Board, processorName } from '../boards/board.js';
import { daToPa, da as toDa } from '../runtime/abi/address.js';
import type { Core, CoreEvents, CrashReport } from './cores/core.js';
import { QuickJSCore } from './cores/quickjs/core.js';
import { EINVAL } from './errno.js';
import type { Faults } from './faults/faults.js';
import type { Kernel } from './kernel.js';
import {
  backRegions,
  backResources,
  boardDma,
  callDoorbell,
  type DoorbellEvents,
  mapped,
  type PlatformDriver,
  platformDriver,
  registerDoorbell,
  setElfInfo,
  wireMailbox,
} from './platform/index.js';
import { recorded } from './recording/recorder.js';
import { rprocBoot, rprocDetach, rprocSetFirmware, rprocShutdown } from './remoteproc/core.js';
import { elfBootAddr, elfLoadSegments, type Mapping } from './remoteproc/elf-loader.js';
import type { RprocRegistry } from './remoteproc/registry.js';
import { type Platform, Rproc } from './remoteproc/rproc.js';
import { readTrace } from './remoteproc/trace.js';
import type { MailboxModel } from './soc/mailbox/mailbox.js';
import { SocMemory } from './soc/memory.js';
import { PlayedCache } from './soc/played-cache.js';
import type { Scheduler } from './soc/scheduler.js';

/** What a processor is made from; all but the board has a default. */
export interface ProcessorOptions {
  readonly board: Board;
  /** For the firmware's Math.random; 1 and up, in the order of the processors, when left out. */
  readonly seed?: number;
  /** Makes the core; a QuickJS core when left out. */
  readonly core?: (parts: CoreParts) => Core;
  /** Told what the firmware writes to its log, as bytes. */
  readonly onFirmwareLog?: (bytes: Uint8Array) => void;
  /**
   * Only Linux's decisions are wanted: segments are not copied and no memory is made for the core, which must not run
   * anything. What headers claim costs nothing then.
   */
  readonly decideOnly?: boolean;
  /** Somebody else starts the core before Linux looks: the processor is registered as `detached`. See `bootByLoader`. */
  readonly detached?: boolean;
  /** The processor starts by itself where its driver says so (`rproc->auto_boot`); false when left out. */
  readonly autoBoot?: boolean;
  /**
   * How Linux and the core notify each other. `calls`, as when left out: at once, whatever the board. `registers`: the board's
   * own driver runs in the core, and its and Linux's accesses meet in a model of the mailbox. Not with a `core` of your own.
   */
  readonly mailbox?: 'calls' | 'registers';
  /**
   * Bytes of a cache line, a power of two: Linux sees memory through a cache that is not coherent, so that a call that a
   * driver would have to make and that is missing here shows. Not with a core whose memory is somewhere else anyway.
   */
  readonly cacheLine?: number;
  /** Crashed cores are started again; as the board's driver has it when left out. */
  readonly recovery?: boolean;
}

/** What a core is built from. */
export interface CoreParts {
  readonly board: Board;
  readonly memory: SocMemory;
  readonly scheduler: Scheduler;
  readonly events: CoreEvents;
  readonly seed: number;
}

/** What all processors of a system share. */
export interface SystemParts {
  readonly kernel: Kernel;
  readonly platform: Platform;
  readonly registry: RprocRegistry;
  /** What goes wrong; absent where nothing does. */
  readonly faults?: Faults;
}

/** A processor of a simulated system: `Simulation.addProcessor` makes them. */
export class RemoteProcessor {
  readonly board: Board;
  /** RAM as Linux and this core see it. */
  readonly memory: SocMemory;
  /** What executes the image. */
  readonly core: Core;
  /** `struct rproc`: state, carveouts, the table in effect. */
  readonly rproc: Rproc;
  /** Notifications that were sent so far. */
  readonly kicks = { toRemote: 0, toHost: 0 };
  /** The registers between the two sides, with what the firmware did wrong to them; absent where kicks are calls. */
  readonly mailbox: MailboxModel | undefined;
  /** Crashes that nothing told Linux of. */
  unheard = 0;
  private readonly platform: PlatformDriver;
  private readonly scheduler: Scheduler;
  private lastUnheard: CrashReport | undefined;
  /** Tasks of Linux for this processor so far. */
  private tasks = 0;

  constructor(
    private readonly system: SystemParts,
    index: number,
    options: ProcessorOptions,
  ) {
    const { board, seed = index + 1, decideOnly = false, recovery = board.linux.recovery } = options;
    const { kernel, platform, registry, faults } = system;
    this.board = board;
    this.scheduler = kernel.scheduler;
    const ranges = addressRanges(board);
    this.memory = new SocMemory(ranges);
    let coreMemory = this.memory;
    if (options.cacheLine !== undefined) {
      const like = () => new SocMemory(ranges);
      coreMemory = like();
      this.memory.cache = new PlayedCache(this.memory, coreMemory, like, options.cacheLine);
    }
    /** The platform driver's, which is made when the core is. */
    let arrived: DoorbellEvents = { kicked() {}, word() {} };
    const linux: CoreEvents = {
      kicked: (notifyid) => {
        this.kicks.toHost++;
        this.scheduler.post(() => arrived.kicked(notifyid));
      },
      crashed: (report) => {
        if (this.platform.crashed(this.rproc, report)) return;
        this.unheard++;
        this.lastUnheard = this.rproc.lastCrash;
      },
      log: options.onFirmwareLog ?? (() => {}),
    };
    const { recorder, scheduler } = kernel;
    const reached = faults?.events(index, linux) ?? linux;
    const events = recorded(reached, recorder, { scheduler, processor: index });
    const parts = { board, memory: coreMemory, scheduler: this.scheduler, events, seed };
    const wired =
      options.mailbox === 'registers' && !options.core
        ? wireMailbox(board, scheduler, {
            kicked: (notifyid) => events.kicked(notifyid === 'all' ? 0 : notifyid),
            word: (word) => arrived.word(word),
            interrupt: () => this.core.kick(0),
          })
        : undefined;
    this.mailbox = wired?.model;
    const core =
      options.core?.(parts) ?? new QuickJSCore(board, coreMemory, this.scheduler, events, seed, wired?.guest);
    this.core = core;
    const name = processorName(board, kernel.version);
    recorder?.processor(index, name);
    const reach = faults?.core(index, core) ?? core;
    const watched: Core = {
      start: (what) => this.scheduler.outside(reach.start(what)),
      stop: () => this.scheduler.outside(reach.stop()),
      kick: (notifyid) => {
        reach.kick(notifyid);
        this.scheduler.kicked();
      },
      get request() {
        return reach.request?.bind(reach);
      },
    };
    this.platform = platformDriver(board, this.memory, watched, {
      rproc: () => this.rproc,
      onKick: (notifyid) => {
        this.kicks.toRemote++;
        recorder?.kick(scheduler.now, index, 'host', notifyid);
      },
      back: (rproc) => {
        if (!decideOnly) backResources(rproc, board, this.memory);
      },
      onFault: (error) => scheduler.fail(error),
      doorbell: (to) => {
        arrived = to;
        return wired ? registerDoorbell(wired.model) : callDoorbell(watched, this.scheduler, to);
      },
    });
    const dma = boardDma(board, this.memory);
    this.rproc = new Rproc(
      kernel,
      index,
      name,
      { prefix: board.linux.device },
      this.platform.ops,
      faults?.dma(index, dma) ?? dma,
      board.linux.hasIommu,
      platform,
      board.linux.firmware ?? `rproc-${name}-fw`,
    );
    coreMemory.mapped = () => this.rproc.iommu.mappings;
    if (decideOnly) this.rproc.place = () => {};
    this.rproc.sizeBits = board.linux.hostBits ?? 64;
    this.rproc.recoveryDisabled = !recovery;
    this.rproc.autoBoot = board.linux.autoBoot;
    setElfInfo(this.rproc, board);
    if (options.detached) this.rproc.state = 'detached';
    registry.add(this.rproc, options.autoBoot !== true);
  }

  /** Puts a file into /lib/firmware and names it as the processor's firmware. */
  setFirmware(name: string, data: Uint8Array): void {
    this.system.platform.firmware.put(name, data);
    this.rproc.firmware = name;
  }

  /**
   * What a boot loader does for a processor that is registered as `detached`: loads the image's segments by the board's
   * addresses and lets the core run. 0, or -EINVAL where a segment is in no memory.
   */
  async bootByLoader(image: Uint8Array): Promise<number> {
    const fw = { name: 'image of the boot loader', data: image };
    const err = (text: string) => this.system.kernel.log.err({ prefix: 'boot loader' }, text);
    const daToVa = (da: bigint, len: number): Mapping | undefined => {
      const at = toDa(Number(da));
      const address = daToPa(this.memory.ranges, at, len);
      return address === undefined ? undefined : mapped(this.memory, address, len);
    };
    const loaded = elfLoadSegments(fw, {
      err,
      sizeBits: 64,
      daToVa,
      place: (memory, data) => this.rproc.place(memory, data),
    });
    if (loaded < 0 || this.rproc.state !== 'detached') return -EINVAL;
    backRegions(this.board, this.memory);
    this.platform.foundRunning(this.rproc, fw);
    await this.core.start({ bootAddr: elfBootAddr(fw), image });
    return 0;
  }

  /** `echo start > state`: boots or attaches. 0 or a negative errno. */
  async start(): Promise<number> {
    const result = await this.task('start', () => rprocBoot(this.rproc));
    if (result !== 0) this.rproc.err(`Boot failed: ${result}`);
    return result;
  }

  /** `echo stop > state`: 0 or a negative errno. */
  stop(): Promise<number> {
    return this.task('stop', () => rprocShutdown(this.rproc));
  }

  /** `echo detach > state`: 0 or a negative errno. */
  detach(): Promise<number> {
    return this.task('detach', () => rprocDetach(this.rproc));
  }

  /** `echo NAME > firmware`: 0 or a negative errno. */
  setFirmwareName(name: string): Promise<number> {
    return this.scheduler.finish(rprocSetFirmware(this.rproc, name));
  }

  /** The driver is unbound: shuts the core down and takes the processor out of the system. */
  remove(): Promise<number> {
    return this.task('remove', () => this.system.registry.del(this.rproc));
  }

  /** Runs a kernel thread to its end; recorded as `what`. */
  private async task(what: string, body: () => Promise<number>): Promise<number> {
    const { recorder } = this.system.kernel;
    const id = ++this.tasks;
    recorder?.taskBegin(this.scheduler.now, this.rproc.index, id, what);
    const result = await this.scheduler.finish(body());
    recorder?.taskEnd(this.scheduler.now, this.rproc.index, id);
    return result;
  }

  /** Why the core crashed last, if it was not started since. */
  get crash(): CrashReport | undefined {
    return this.rproc.lastCrash;
  }

  /** The core stopped for good and Linux does not know: on many SoCs nothing tells it, and its state stays what it was. */
  get crashedUnheard(): boolean {
    return this.lastUnheard !== undefined && this.lastUnheard === this.rproc.lastCrash;
  }

  /** Text of trace file `index`. */
  trace(index = 0): string {
    return readTrace(this.rproc, index);
  }
}
