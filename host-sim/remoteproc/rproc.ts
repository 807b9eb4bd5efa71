/** `struct rproc` and what drivers provide: shared by all of remoteproc, after include/linux/remoteproc.h. */
import type { Pa } from '../../runtime/abi/address.js';
import type { CoreStart, CrashReport, CrashType } from '../cores/core.js';
import type { DevCoredump } from '../devcoredump.js';
import type { Kernel } from '../kernel.js';
import { IdAllocator } from '../kernel.js';
import { Mutex } from '../mutex.js';
import type { Device } from '../printk.js';
import type { DmaMemory } from '../soc/dma-pool.js';
import { pieceOf } from '../soc/host-cache.js';
import type { VirtioBus } from '../virtio/bus.js';
import type { Firmware, LoadingHost, Mapping } from './elf-loader.js';
import type { FirmwareFiles } from './firmware-files.js';
import { IommuDomain, type IommuMapping } from './iommu.js';
import { carveoutName, findCarveout, type MemEntry } from './mem-entry.js';

/** As `state` in sysfs shows them. Kernel 6.1 has `deleted` as well. */
export type RprocState =
  | 'offline'
  | 'suspended'
  | 'running'
  | 'crashed'
  | 'deleted'
  | 'attached'
  | 'detached'
  | 'invalid';

/** `struct rproc_subdev`: prepared and started in list order, stopped and unprepared in reverse. */
export interface Subdev {
  prepare?(): number;
  start?(): number;
  stop?(crashed: boolean): void;
  unprepare?(): void;
}

/** `struct rproc_ops`: what a platform driver implements. Results are 0 or a negative errno. */
export interface RprocOps {
  /** `rproc_enable_iommu()`: of a processor that has one, before `prepare`. Succeeds when left out. */
  enableIommu?(rproc: Rproc): number;
  /** `rproc_disable_iommu()`: after `unprepare`. */
  disableIommu?(rproc: Rproc): void;
  prepare?(rproc: Rproc): number;
  unprepare?(rproc: Rproc): void;
  start(rproc: Rproc, what: CoreStart): Promise<number>;
  stop?(rproc: Rproc): Promise<number>;
  /** Takes over a core that somebody else started. */
  attach?(rproc: Rproc): Promise<number>;
  /** Leaves the core running and tells it that Linux is gone. */
  detach?(rproc: Rproc): Promise<number>;
  kick?(rproc: Rproc, notifyid: number): void;
  daToVa?(rproc: Rproc, da: bigint, len: number): Mapping | undefined;
  /** Reads the table into `rproc.cachedTable`. */
  parseFw?(rproc: Rproc, fw: Firmware): number;
  /** The table that the remote sees, once segments are loaded; the image's own table when left out. */
  findLoadedTable?(rproc: Rproc, fw: Firmware): Mapping | undefined;
  /**
   * The table that the running core was started with, as long as the driver takes it to be; undefined where there is none,
   * which is no error.
   */
  getLoadedRscTable?(rproc: Rproc): Mapping | number | undefined;
  /** The kernel panics: ms to wait until the remote has put itself in order. */
  panic?(rproc: Rproc): number;
  /** 0 handled, 1 ignored, negative aborts the boot. */
  handleRsc?(rproc: Rproc, type: number, offset: number, avail: number): number;
  /** Called while a crash is handled; `rprocCoredump()` when left out. Recovery goes on when the promise resolves. */
  coredump?(rproc: Rproc): Promise<void>;
}

/** What all remote processors of one system share: the virtio bus and the ids of `rproc-virtio.N.auto`. */
export interface Platform {
  readonly firmware: FirmwareFiles;
  readonly bus: VirtioBus;
  readonly ids: IdAllocator;
  /** Where coredumps go; absent in a kernel without CONFIG_DEV_COREDUMP. */
  readonly devcoredump?: DevCoredump;
}

export interface TraceBuffer {
  readonly name: string;
  readonly da: number;
  readonly len: number;
}

/** `enum rproc_dump_mechanism`, as `coredump` in sysfs shows it. */
export type DumpMechanism = 'disabled' | 'enabled' | 'inline';

/** Reads a segment's memory into `dest`, from `offset` in the segment on. */
export type DumpSegmentReader = (
  rproc: Rproc,
  segment: DumpSegment,
  dest: Uint8Array,
  offset: number,
) => void;

/** `struct rproc_dump_segment`: a range of device addresses that coredumps hold. */
export interface DumpSegment {
  readonly da: number;
  /** Bytes. */
  readonly size: number;
  /** Instead of the core's translation. */
  readonly dump?: DumpSegmentReader;
  readonly priv?: unknown;
}

/** One remote processor. The functions in core.ts and resources.ts work on it. */
export class Rproc implements Device, LoadingHost {
  readonly prefix: string;
  /** Bits of size_t on the CPU that runs Linux. */
  sizeBits: 32 | 64 = 64;
  state: RprocState = 'offline';
  /** Power references: boot adds one, shutdown takes one. */
  power = 0;
  /** References on the device and on the platform driver's module; the registration holds the first of the device. */
  readonly references = { device: 1, module: 0 };
  /** Phandle of its device-tree node: other nodes name the processor by it. */
  phandle: number;
  /** Taken by boot, shutdown, detach, recovery and firmware changes. */
  readonly lock: Mutex;
  /** `rproc_del()` has begun; not in 6.1, which has a state for it. */
  deleting = false;
  /** RPROC_FEAT_ATTACH_ON_RECOVERY: the SoC restarts the core by itself. */
  attachOnRecovery = false;
  /** Drivers make all sysfs files but `name` read-only while somebody else uses the core. */
  sysfsReadOnly = false;
  /** The character device's flag: closing it stops or detaches the core. */
  cdevPutOnRelease = false;
  /** Bytes of the table as parsed; all parsing and allocation writes go here. */
  cachedTable: Uint8Array | undefined;
  /** The attached table as it was found; goes back when Linux detaches. */
  cleanTable: Uint8Array | undefined;
  /** The table in effect: the cached one, or the remote-visible copy while the core runs. */
  table: Mapping | undefined;
  carveouts: MemEntry[] = [];
  /** What the table's entries have mapped for the core. */
  mappings: IommuMapping[] = [];
  /** The core's domain, where it has an IOMMU. */
  readonly iommu: IommuDomain;
  traces: TraceBuffer[] = [];
  subdevs: Subdev[] = [];
  readonly startedSubdevs = new Set<Subdev>();
  /** Undoes what the vdev entries registered, in reverse order of their making. */
  vdevCleanups: (() => void)[] = [];
  notifyids = new IdAllocator();
  vdevCount = 0;
  bootaddr = 0n;
  crashCount = 0;
  /** `crash_handler`, the work item that handles crashes. */
  readonly crashWork = { queued: false, running: false };
  recoveryDisabled = false;
  /** What a crash leaves behind. */
  dumpConf: DumpMechanism = 'disabled';
  dumpSegments: DumpSegment[] = [];
  /** ELFCLASS32 or ELFCLASS64 of coredumps; 0 while the driver has not set it. */
  elfClass: 0 | 1 | 2 = 0;
  /** `e_machine` of coredumps. */
  elfMachine = 0;
  /** Starts as soon as it is registered. */
  autoBoot = false;
  /** Why the core stopped for good; undefined once it was started again. */
  lastCrash: CrashReport | undefined;
  /** What was reported last, with what the kernel does not know: at most ten. */
  readonly crashReports: CrashReport[] = [];
  /** Interrupt handlers of live vrings, by notifyid. */
  readonly vrings = new Map<number, () => void>();
  /** The first carveout of each name; follows `carveouts`, a hostile table registers very many. */
  private byName = { list: this.carveouts, seen: 0, first: new Map<string, MemEntry>() };

  constructor(
    readonly kernel: Kernel,
    readonly index: number,
    /** Name of the processor, as the kernel prints it. */
    readonly name: string,
    readonly parent: Device,
    readonly ops: RprocOps,
    readonly dma: DmaMemory,
    readonly hasIommu: boolean,
    readonly platform: Platform,
    /** File name below /lib/firmware. */
    public firmware: string,
  ) {
    this.prefix = `remoteproc remoteproc${index}`;
    this.phandle = index + 1;
    this.iommu = new IommuDomain(kernel);
    this.lock = new Mutex(kernel.scheduler);
  }

  err(text: string): void {
    this.kernel.log.err(this, text);
  }

  dbg(text: () => string): void {
    this.kernel.log.dbg(this, text);
  }

  /** `rproc_da_to_va()`: the driver's translation first, then the carveouts, never across two of them. */
  daToVa(da: bigint, len: number): Mapping | undefined {
    const mapped = this.ops.daToVa?.(this, da, len);
    if (mapped) return mapped;
    const found = findCarveout(this.carveouts, da, len);
    if (!found) return undefined;
    const at = (found.entry.pa! + found.offset) as Pa;
    return {
      bytes: () => this.dma.bytes(at, len),
      peek: () => this.dma.peek(at, len),
      ...pieceOf(this.dma.cache, at),
    };
  }

  findCarveoutByName(name: string): MemEntry | undefined {
    const list = this.carveouts;
    if (this.byName.list !== list || this.byName.seen > list.length) {
      this.byName = { list, seen: 0, first: new Map() };
    }
    const { first } = this.byName;
    for (; this.byName.seen < list.length; this.byName.seen++) {
      const entry = list[this.byName.seen];
      if (!first.has(entry.name)) first.set(entry.name, entry);
    }
    return first.get(carveoutName(name));
  }

  /** How a segment gets into memory; replaced where only the decisions of a boot are wanted. */
  place(memory: Mapping, data: Uint8Array): void {
    const bytes = memory.bytes();
    bytes.set(data);
    bytes.fill(0, data.length);
    memory.clean?.(0, bytes.length);
  }

  /** `rproc_vq_interrupt()`: false when nobody listens on this notifyid (IRQ_NONE). */
  vqInterrupt(notifyid: number): boolean {
    const { recorder, scheduler } = this.kernel;
    if (this.kernel.log.debug) this.dbg(() => `vq index ${notifyid} is interrupted`);
    const interrupt = this.vrings.get(notifyid);
    recorder?.begin(scheduler.now, this.index, 'host', 'interrupt', notifyid);
    recorder?.handled(scheduler.now, this.index, 'host', notifyid);
    interrupt?.();
    recorder?.end(scheduler.now, this.index, 'host');
    return interrupt !== undefined;
  }
}

export function crashTypeName(type: CrashType): string {
  return ['mmufault', 'watchdog', 'fatal error'][type] ?? 'unknown';
}
