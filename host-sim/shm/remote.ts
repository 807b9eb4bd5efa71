/**
 * The SoC half alone: a core whose host is a kernel in another process. They meet in a memory file, laid out as the
 * `virt-ivshmem` board, and in the mailbox at its end. This is the remote's side of test/linux/rproc_ivshmem.c.
 */
import { addressRanges, type Board, RegionUse, regionsFor } from '../../boards/board.js';
import { daToPa, da as toDa } from '../../runtime/abi/address.js';
import type { CoreEvents, CrashReport } from '../cores/core.js';
import { QuickJSCore } from '../cores/quickjs/core.js';
import { SocMemory } from '../soc/memory.js';
import { Scheduler } from '../soc/scheduler.js';
import { HostState, RemoteMailbox } from './mailbox.js';
import type { MemoryFile } from './memory-file.js';
import type { TwoMemories } from './ring-copy.js';
import { readTable, ringStretch, SharedCopy, type Stretch } from './shared-copy.js';

const PAGE = 4096;
/** Device and physical address of the file's first byte. */
const DA_BASE = 0x10000000;
/** How long a host that asked for a stop is waited for by the program, ms; the driver waits for 200. */
const STOP_MS = 150;

export interface ShmRemoteOptions {
  readonly board: Board;
  readonly file: MemoryFile;
  /** The ELF file, for what is not loaded: source maps, and the source of bytecode images. */
  readonly image?: Uint8Array;
  /** For the firmware's Math.random. */
  readonly seed: number;
  /** Milliseconds of any clock that only goes forward: the core lives in real time. */
  readonly clock: () => number;
  readonly onFirmwareLog?: (bytes: Uint8Array) => void;
  readonly onCrash?: (report: CrashReport) => void;
}

export class ShmRemote {
  readonly counters = { boots: 0, kicksIn: 0, kicksOut: 0, crashes: 0 };
  private readonly mailbox: RemoteMailbox;
  private readonly scheduler = new Scheduler();
  private readonly memory: SocMemory;
  private readonly core: QuickJSCore;
  private readonly begin: number;
  private seen = 0;
  private shared: SharedCopy | undefined;
  private table: Stretch | undefined;
  private readonly memories: TwoMemories;
  private running = false;
  /** A stop was asked for, and what is to be done when the program has not answered by then. */
  private stopBy: number | undefined;
  private detachAsked = false;
  /** Notifyids that are to be sent when the program has returned. */
  private readonly kicks = new Set<number>();
  private inside = false;
  private crashed: CrashReport | undefined;

  constructor(private readonly options: ShmRemoteOptions) {
    const { board, file, clock, seed } = options;
    this.mailbox = new RemoteMailbox(file);
    this.begin = clock();
    this.memory = new SocMemory(addressRanges(board));
    const events: CoreEvents = {
      kicked: (notifyid) => void this.kicks.add(notifyid),
      crashed: (report) => {
        this.crashed = report;
        if (!this.inside) this.leave();
      },
      log: options.onFirmwareLog ?? (() => {}),
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
    this.memories = {
      file,
      own: (address, len) => this.own(address, len),
      offset: (address, len) => this.offset(address, len),
    };
    this.core = new QuickJSCore(board, this.memory, this.scheduler, events, seed);
    this.mailbox.look();
    // What a driver before us booted is over: its image is not the one that runs next.
    this.seen = this.mailbox.ready ? this.mailbox.bootSeq : 0;
    this.mailbox.set('remote_state', 0);
  }

  /** Is a program running? */
  get up(): boolean {
    return this.running;
  }

  /** Virtual time at which the program wants to go on by itself, on the clock's scale; Infinity without one. */
  get nextAlarm(): number {
    return this.begin + this.scheduler.nextAlarm;
  }

  /**
   * Starts what a boot loader has put into the file, before any host is there: `table` is where the resource table lies,
   * which the mailbox tells the host that attaches.
   */
  async startByLoader(table: Stretch | undefined): Promise<void> {
    this.mailbox.set('attach_table_da', table?.da ?? 0);
    this.mailbox.set('attach_table_len', table?.len ?? 0);
    await this.boot(table);
  }

  /** Looks at the mailbox once and does what there is to do; true when there was anything. */
  async poll(): Promise<boolean> {
    const { mailbox } = this;
    mailbox.look();
    let busy = false;
    if (mailbox.ready && mailbox.bootSeq !== this.seen) {
      busy = true;
      await this.newLife();
    }
    if (!mailbox.ready || !this.running) return this.pass() || busy;
    this.sendKicks();
    const { hostState } = mailbox;
    if (hostState === HostState.stopAsked || hostState === HostState.offline) this.stopAsked(hostState);
    if (hostState === HostState.detached && !this.detachAsked) {
      this.detachAsked = true;
      this.core.request('detach', () => {});
    }
    const kicked = mailbox.take((notifyid) => {
      this.counters.kicksIn++;
      this.core.kick(notifyid);
    });
    return this.pass() || kicked || busy;
  }

  /** The process ends: the host sees a remote that has stopped. */
  async stop(): Promise<void> {
    await this.core.stop();
    this.ended();
  }

  /** Lets the core's clock come up to ours. */
  private pass(): boolean {
    const now = this.options.clock() - this.begin;
    let any = false;
    const { scheduler } = this;
    const limit = Math.max(now, scheduler.now);
    while (scheduler.step(limit)) any = true;
    scheduler.runUntil(() => false, limit - scheduler.now);
    return any;
  }

  private async newLife(): Promise<void> {
    const { mailbox } = this;
    this.seen = mailbox.bootSeq;
    mailbox.renew();
    this.detachAsked = false;
    const attached = mailbox.hostState === HostState.attached && this.running;
    mailbox.set('remote_state', 1);
    mailbox.set('ack_seq', this.seen);
    // An attached host finds the program running; it looks at the rings by itself.
    if (attached) this.core.kick(0);
    else await this.boot(mailbox.table);
  }

  private async boot(table: Stretch | undefined): Promise<void> {
    const { image } = this.options;
    await this.core.stop();
    this.counters.boots++;
    this.crashed = undefined;
    this.kicks.clear();
    this.stopBy = undefined;
    this.load(table);
    this.table = table;
    this.shared = undefined;
    this.running = true;
    this.mailbox.set('remote_state', 1);
    await this.core.start({ bootAddr: this.mailbox.bootAddr, image: image ?? new Uint8Array(0) });
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
    this.sendKicks();
    if (this.crashed) {
      this.counters.crashes++;
      this.running = false;
      this.mailbox.set('remote_state', 0);
      this.mailbox.set('crash', 1 + this.crashed.type);
      this.options.onCrash?.(this.crashed);
    } else if (this.shared?.behind) this.core.kick(0);
  }

  private sendKicks(): void {
    for (const notifyid of this.kicks) {
      // What does not fit is sent when the host has taken some.
      if (!this.mailbox.kick(notifyid)) return;
      this.counters.kicksOut++;
      this.kicks.delete(notifyid);
    }
  }

  /** Asks the program first, as the driver of the simulator does. */
  private stopAsked(hostState: number): void {
    const { now } = this.scheduler;
    if (this.stopBy === undefined && hostState === HostState.stopAsked) {
      this.stopBy = now + STOP_MS;
      this.core.request('shutdown', (granted) => {
        if (granted) this.stopBy = now;
      });
    } else if (this.stopBy === undefined || now >= this.stopBy) {
      void this.core.stop();
      this.ended();
    }
  }

  private ended(): void {
    this.running = false;
    this.stopBy = undefined;
    this.mailbox.set('remote_state', 0);
  }

  /** Where `len` bytes at an address lie in the file; undefined outside of it. */
  private offset(address: number, len: number): number | undefined {
    const at = address - DA_BASE;
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
