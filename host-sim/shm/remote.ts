/**
 * The SoC half alone: a core whose host is a kernel in another process. They meet in a memory file, laid out as the
 * `virt-ivshmem` board, and in the mailbox at its end. This is the remote's side of test/linux/rproc_ivshmem.c.
 */
import type { CrashReport } from '../cores/core.js';
import { HostState, RemoteMailbox } from './mailbox.js';
import type { MemoryFile } from './memory-file.js';
import type { Stretch } from './shared-copy.js';
import type { ShmCore, ShmEvents } from './shm-core.js';

/** How long a host that asked for a stop is waited for by the program, ms; the driver waits for 200. */
const STOP_MS = 150;

export interface ShmRemoteOptions {
  readonly file: MemoryFile;
  /** The ELF file, for what is not loaded: source maps, and the source of bytecode images. */
  readonly image?: Uint8Array;
  /** Milliseconds of any clock that only goes forward: the core lives in real time. */
  readonly clock: () => number;
  /** Makes the core that runs programs from the file. */
  readonly core: (events: ShmEvents) => ShmCore;
  readonly onFirmwareLog?: (bytes: Uint8Array) => void;
  readonly onCrash?: (report: CrashReport) => void;
}

export class ShmRemote {
  readonly counters = { boots: 0, kicksIn: 0, kicksOut: 0, crashes: 0 };
  private readonly mailbox: RemoteMailbox;
  private readonly core: ShmCore;
  private seen = 0;
  private running = false;
  /** A stop was asked for, and what is to be done when the program has not answered by then. */
  private stopBy: number | undefined;
  /** A host that leaves has been here before. */
  private detachAsked = true;
  /** Notifyids that the mailbox has had no room for. */
  private readonly kicks = new Set<number>();

  constructor(private readonly options: ShmRemoteOptions) {
    const { file, core, onFirmwareLog = () => {} } = options;
    this.mailbox = new RemoteMailbox(file);
    this.core = core({
      kicked: (notifyid) => {
        this.kicks.add(notifyid);
        this.sendKicks();
      },
      crashed: (report) => this.crashed(report),
      log: onFirmwareLog,
    });
    this.mailbox.look();
    // What another remote has taken is over; what nobody has taken still waits.
    this.seen = this.mailbox.ready ? this.mailbox.ackSeq : 0;
    this.mailbox.set('remote_state', 0);
  }

  /** Is a program running? */
  get up(): boolean {
    return this.running;
  }

  /** Does the program run in another process? */
  get isOutside(): boolean {
    return this.core.isOutside;
  }

  /** Milliseconds until the program wants to go on by itself; Infinity where it does not. */
  get idleMs(): number {
    return this.core.idleMs;
  }

  /**
   * Starts what a boot loader has put into the file, before any host is there: the program begins at `bootAddr`, and `table`
   * is where the resource table lies, which the mailbox tells the host that attaches.
   */
  async startByLoader(bootAddr: bigint, table: Stretch | undefined): Promise<void> {
    this.mailbox.set('attach_table_da', table?.da ?? 0);
    this.mailbox.set('attach_table_len', table?.len ?? 0);
    await this.boot(bootAddr, table);
  }

  /** Looks at the mailbox once and does what there is to do; true when there was anything. */
  async poll(): Promise<boolean> {
    const { mailbox } = this;
    mailbox.look();
    let busy = false;
    const up = mailbox.hostState === HostState.running || mailbox.hostState === HostState.attached;
    if (mailbox.ready && up && mailbox.bootSeq !== this.seen) {
      busy = true;
      await this.newLife();
    }
    if (!mailbox.ready || !this.running) return this.core.pass() || busy;
    this.sendKicks();
    const { hostState } = mailbox;
    if (hostState === HostState.stopAsked || hostState === HostState.offline) await this.stopAsked(hostState);
    if (hostState === HostState.detached && !this.detachAsked) {
      this.detachAsked = true;
      this.core.request('detach', () => {});
    }
    const kicked = mailbox.take((notifyid) => {
      this.counters.kicksIn++;
      this.core.kick(notifyid);
    });
    return this.core.pass() || kicked || busy;
  }

  /** The process ends: the host sees a remote that has stopped. */
  async stop(): Promise<void> {
    await this.core.stop();
    this.core.dispose();
    this.ended();
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
    else await this.boot(mailbox.bootAddr, mailbox.table);
  }

  private async boot(bootAddr: bigint, table: Stretch | undefined): Promise<void> {
    await this.core.stop();
    this.counters.boots++;
    this.kicks.clear();
    this.stopBy = undefined;
    this.running = true;
    this.mailbox.set('remote_state', 1);
    await this.core.start({ bootAddr, image: this.options.image ?? new Uint8Array(0) }, table);
  }

  private crashed(report: CrashReport): void {
    this.counters.crashes++;
    this.running = false;
    this.mailbox.set('remote_state', 0);
    this.mailbox.set('crash', 1 + report.type);
    this.options.onCrash?.(report);
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
  private async stopAsked(hostState: number): Promise<void> {
    const now = this.options.clock();
    if (this.stopBy === undefined && hostState === HostState.stopAsked) {
      this.stopBy = now + STOP_MS;
      this.core.request('shutdown', (granted) => {
        if (granted) this.stopBy = now;
      });
    } else if (this.stopBy === undefined || now >= this.stopBy) {
      await this.core.stop();
      this.ended();
    }
  }

  private ended(): void {
    this.running = false;
    this.stopBy = undefined;
    this.mailbox.set('remote_state', 0);
  }
}
