/** The engine in this process beside a memory file: memory of its own, kept in step when the program is entered and left. */
import { addressRanges, type Board, RegionUse, regionsFor } from '../../boards/board.js';
import { daToPa, da as toDa } from '../../runtime/abi/address.js';
import type { HostRequest } from '../../runtime/abi/host-request.js';
import type { CoreStart, CrashReport } from '../cores/core.js';
import { QuickJSCore } from '../cores/quickjs/core.js';
import { SocMemory } from '../soc/memory.js';
import { Scheduler } from '../soc/scheduler.js';
import { fileBase, type MemoryFile } from './memory-file.js';
import type { TwoMemories } from './ring-copy.js';
import { readTable, ringStretch, SharedCopy, type Stretch } from './shared-copy.js';
import type { ShmCore, ShmEvents } from './shm-core.js';

const PAGE = 4096;

export interface QuickJSShmOptions {
  readonly board: Board;
  readonly file: MemoryFile;
  /** For the firmware's Math.random. */
  readonly seed: number;
  /** Milliseconds of any clock that only goes forward. */
  readonly clock: () => number;
}

export class QuickJSShmCore implements ShmCore {
  private readonly scheduler = new Scheduler();
  private readonly memory: SocMemory;
  private readonly core: QuickJSCore;
  private readonly begin: number;
  private readonly base: number;
  private readonly memories: TwoMemories;
  private shared: SharedCopy | undefined;
  private table: Stretch | undefined;
  readonly isOutside = false;
  private inside = false;
  private crashed: CrashReport | undefined;
  /** Notifyids of kicks that are told when what they are for is in the file. */
  private readonly kicks = new Set<number>();

  constructor(
    private readonly options: QuickJSShmOptions,
    private readonly events: ShmEvents,
  ) {
    const { board, file, clock, seed } = options;
    this.begin = clock();
    this.base = fileBase(board);
    this.memory = new SocMemory(addressRanges(board));
    this.memories = {
      file,
      own: (address, len) => this.own(address, len),
      offset: (address, len) => this.offset(address, len),
    };
    const own = {
      kicked: (notifyid: number) => void this.kicks.add(notifyid),
      crashed: (report: CrashReport) => {
        this.crashed = report;
        if (!this.inside) this.leave();
      },
      log: events.log,
      entered: () => {
        this.inside = true;
        // The bytes have moved into the engine's memory by now.
        this.shared ??= new SharedCopy(this.memories, this.table);
        this.shared.copyIn();
      },
      left: () => {
        this.inside = false;
        this.leave();
      },
    };
    this.core = new QuickJSCore(board, this.memory, this.scheduler, own, seed);
  }

  async start(what: CoreStart, table: Stretch | undefined): Promise<void> {
    this.crashed = undefined;
    this.kicks.clear();
    this.load(table);
    this.table = table;
    this.shared = undefined;
    await this.core.start(what);
  }

  stop(): Promise<void> {
    return this.core.stop();
  }

  kick(notifyid: number): void {
    this.core.kick(notifyid);
  }

  request(request: HostRequest, answered: (granted: boolean) => void): void {
    this.core.request(request, answered);
  }

  /** Lets the core's clock come up to ours. */
  pass(): boolean {
    const { scheduler } = this;
    let any = false;
    const limit = Math.max(this.now, scheduler.now);
    while (scheduler.step(limit)) any = true;
    scheduler.runUntil(() => false, limit - scheduler.now);
    return any;
  }

  get idleMs(): number {
    return Math.max(0, this.scheduler.nextAlarm - this.now);
  }

  dispose(): void {}

  private get now(): number {
    return this.options.clock() - this.begin;
  }

  /** Copies into the core's memory what was loaded, and sets aside what the program will share with the host. */
  private load(table: Stretch | undefined): void {
    const { board, file } = this.options;
    const { memory } = this;
    const reserve = ({ da, len }: Stretch) => {
      const at = daToPa(memory.ranges, toDa(da), len);
      if (at !== undefined && this.offset(da, len) !== undefined) memory.reserve(at, len);
    };
    for (const { da, len } of regionsFor(board, RegionUse.image)) {
      const bytes = new Uint8Array(len);
      file.read(this.offset(da, len)!, bytes);
      for (const stretch of written(bytes, da)) reserve(stretch);
    }
    for (const region of regionsFor(board, RegionUse.named)) reserve(region);
    for (const region of regionsFor(board, RegionUse.pool)) reserve(region);
    if (table) {
      reserve(table);
      const bytes = new Uint8Array(table.len);
      file.read(this.offset(table.da, table.len)!, bytes);
      const { traces, carveouts, vdevs } = readTable(bytes);
      for (const stretch of [...traces, ...carveouts]) reserve(stretch);
      for (const ring of vdevs.flatMap(({ vrings }) => vrings)) {
        const stretch = ringStretch(ring);
        if (stretch) reserve(stretch);
      }
    }
    for (const extent of memory.backed())
      file.read(this.offset(extent.pa, extent.bytes.length)!, extent.bytes);
  }

  /** The program waits again, or has stopped for good. */
  private leave(): void {
    this.shared?.copyOut((notifyid) => this.kicks.add(notifyid));
    for (const notifyid of this.kicks) this.events.kicked(notifyid);
    this.kicks.clear();
    if (this.crashed) this.events.crashed(this.crashed);
    else if (this.shared?.behind) this.core.kick(0);
  }

  /** Where `len` bytes at an address lie in the file; undefined outside of it. */
  private offset(address: number, len: number): number | undefined {
    const at = address - this.base;
    return at >= 0 && at + len <= this.options.file.size ? at : undefined;
  }

  /** Live bytes of the core; undefined where it has none. */
  private own(address: number, len: number): Uint8Array | undefined {
    for (const extent of this.memory.backed()) {
      const at = address - extent.pa;
      if (at >= 0 && at + len <= extent.bytes.length) return extent.bytes.subarray(at, at + len);
    }
    return undefined;
  }
}

/** The pages of `bytes` that hold anything, joined where they touch. */
function written(bytes: Uint8Array, da: number): Stretch[] {
  const words = new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.length / 8);
  const stretches: { da: number; len: number }[] = [];
  const perPage = PAGE / 8;
  for (let page = 0; page * PAGE < bytes.length; page++) {
    let at = page * perPage;
    const end = at + perPage;
    while (at < end && words[at] === 0n) at++;
    if (at === end) continue;
    const last = stretches.at(-1);
    if (last && last.da + last.len === da + page * PAGE) last.len += PAGE;
    else stretches.push({ da: da + page * PAGE, len: PAGE });
  }
  return stretches;
}
