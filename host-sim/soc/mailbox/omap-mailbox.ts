/** The OMAP4-type mailbox cluster at register level, and Linux's use of it (omap-mailbox.c below ti_k3_* and omap_remoteproc). */
import {
  MAILBOX_FIFOSTATUS,
  MAILBOX_IRQ_NEWMSG,
  MAILBOX_IRQ_NOTFULL,
  MAILBOX_IRQENABLE,
  MAILBOX_IRQENABLE_CLR,
  MAILBOX_IRQSTATUS,
  MAILBOX_MESSAGE,
  MAILBOX_MSGSTATUS,
  RpMbox,
} from '../../../boards/mailbox/registers/omap-mailbox.js';
import { ETIME } from '../../errno.js';
import type { MailboxModel, MailboxWires } from './mailbox.js';
import { MboxChannel } from './mbox-channel.js';
import { InterruptLine, type Peripheral, RegisterWarnings } from './peripheral.js';

export interface OmapMailboxModelConfig {
  /** FIFOs as Linux sees them (`ti,mbox-rx`, `ti,mbox-tx`). */
  readonly hostRx: number;
  readonly hostTx: number;
  /** Users of the interrupt registers. */
  readonly hostUser: number;
  readonly remoteUser: number;
  readonly fifos: number;
  readonly users: number;
  /** Words that a FIFO holds. */
  readonly depth: number;
  /**
   * What acknowledging does while the cause persists. `level`: the event is back at once. `edge`: it stays away until the
   * next word. What was read of the hardware does not decide between them, so a driver has to work with both.
   */
  readonly events: 'level' | 'edge';
  /** How long Linux waits for the answer to a suspend and, where its kernel asks, to a shutdown, in ms. */
  readonly suspendMs: number;
  readonly shutdownMs: number;
}

/**
 * Core 0 of a K3 cluster. FIFO numbers: device trees; users: AM64x, ipc_notify_v0_cfg.c of mcupsdk-core; suspend:
 * omap_remoteproc.c. Depth, and the time that TI's kernels wait at a shutdown, are not in what was read: these values are the
 * model's.
 */
export const k3MailboxModel: OmapMailboxModelConfig = {
  hostRx: 0,
  hostTx: 1,
  hostUser: 2,
  remoteUser: 0,
  fifos: 16,
  users: 4,
  depth: 4,
  events: 'level',
  suspendMs: 1000,
  shutdownMs: 5000,
};

interface User {
  /** Events that happened and were not acknowledged, kept for `edge`. */
  latched: number;
  enabled: number;
}

/** The hardware: every user sees all registers. */
export class MailboxCluster implements Peripheral {
  readonly fifos: readonly number[][];
  private readonly users: readonly User[];

  constructor(
    private readonly config: OmapMailboxModelConfig,
    private readonly warnings: RegisterWarnings,
    private readonly lines: readonly (((high: boolean) => void) | undefined)[],
  ) {
    this.fifos = Array.from({ length: config.fifos }, () => []);
    this.users = Array.from({ length: config.users }, () => ({ latched: 0, enabled: 0 }));
  }

  read32(offset: number): number {
    const m = (offset & 0x3f) / 4;
    const fifo = this.fifos[m];
    if (fifo && offset === MAILBOX_MESSAGE(m)) return this.take(m);
    if (fifo && offset === MAILBOX_FIFOSTATUS(m)) return fifo.length >= this.config.depth ? 1 : 0;
    if (fifo && offset === MAILBOX_MSGSTATUS(m)) return fifo.length;
    const [u, user] = this.userAt(offset);
    if (user && offset === MAILBOX_IRQSTATUS(u)) return (this.raw(user) & user.enabled) >>> 0;
    const enables = offset === MAILBOX_IRQENABLE(u) || offset === MAILBOX_IRQENABLE_CLR(u);
    return user && enables ? user.enabled : this.warnings.unknownRead(offset);
  }

  write32(offset: number, value: number): void {
    const m = (offset & 0x3f) / 4;
    const fifo = this.fifos[m];
    const [u, user] = this.userAt(offset);
    if (fifo && offset === MAILBOX_MESSAGE(m)) this.put(m, value >>> 0);
    else if (fifo && (offset === MAILBOX_FIFOSTATUS(m) || offset === MAILBOX_MSGSTATUS(m))) {
      this.warnings.readOnly(offset, value);
    } else if (user && offset === MAILBOX_IRQSTATUS(u)) user.latched &= ~value;
    else if (user && offset === MAILBOX_IRQENABLE(u)) user.enabled = (user.enabled | value) >>> 0;
    else if (user && offset === MAILBOX_IRQENABLE_CLR(u)) user.enabled = (user.enabled & ~value) >>> 0;
    else this.warnings.unknownWrite(offset, value);
    this.update();
  }

  private userAt(offset: number): [number, User | undefined] {
    const u = Math.floor((offset - 0x100) / 0x10);
    return [u, this.users[u]];
  }

  private put(m: number, word: number): void {
    const fifo = this.fifos[m];
    if (fifo.length >= this.config.depth) {
      this.warnings.warn(`FIFO ${m} is full, ${word.toString(16)} is lost`);
      return;
    }
    fifo.push(word);
    for (const user of this.users) user.latched |= MAILBOX_IRQ_NEWMSG(m);
  }

  private take(m: number): number {
    const fifo = this.fifos[m];
    if (fifo.length === 0) this.warnings.warn(`FIFO ${m} is read while it is empty`);
    const word = fifo.shift() ?? 0;
    for (const user of this.users) user.latched |= MAILBOX_IRQ_NOTFULL(m);
    this.update();
    return word;
  }

  private raw(user: User): number {
    if (this.config.events === 'edge') return user.latched;
    let events = user.latched;
    for (const [m, { length }] of this.fifos.entries()) {
      if (length > 0) events |= MAILBOX_IRQ_NEWMSG(m);
      if (length < this.config.depth) events |= MAILBOX_IRQ_NOTFULL(m);
    }
    return events;
  }

  private update(): void {
    for (const [u, user] of this.users.entries()) this.lines[u]?.((this.raw(user) & user.enabled) !== 0);
  }
}

export class OmapMailboxModel implements MailboxModel {
  readonly warnings: RegisterWarnings;
  readonly remote: MailboxCluster;
  /** Words that Linux took for a notifyid beyond the last one and dropped. */
  dropped = 0;
  /** Set by the platform driver: `rproc->max_notifyid`. */
  maxNotifyid = 1;
  private readonly mbox: MboxChannel;
  private readonly answers: number[] = [];

  constructor(
    private readonly wires: MailboxWires,
    private readonly config: OmapMailboxModelConfig = k3MailboxModel,
  ) {
    const { scheduler, remoteInterrupt } = wires;
    const { hostUser, remoteUser, hostRx } = config;
    this.warnings = new RegisterWarnings('mailbox', wires.warn);
    const line = new InterruptLine(
      (task) => scheduler.post(task),
      () => this.interrupt(),
    );
    const lines: ((high: boolean) => void)[] = [];
    lines[hostUser] = (high) => line.set(high);
    lines[remoteUser] = remoteInterrupt;
    this.remote = new MailboxCluster(config, this.warnings, lines);
    this.mbox = new MboxChannel(scheduler, { sendData: (word) => this.sendData(word) });
    this.remote.write32(MAILBOX_IRQENABLE(hostUser), MAILBOX_IRQ_NEWMSG(hostRx));
  }

  /** `k3_rproc_kick()`: queues the notifyid and never waits. */
  kick(notifyid: number): number {
    return this.mbox.send(notifyid);
  }

  /** What kernels before 7.2 send when they request the channel, maybe long before the core runs. */
  echoRequest(): number {
    return this.mbox.send(RpMbox.ECHO_REQUEST);
  }

  abortRequest(): number {
    return this.mbox.send(RpMbox.ABORT_REQUEST);
  }

  /** TI's kernels only: sends SHUTDOWN and waits for SHUTDOWN_ACK. */
  shutdown(): number {
    return this.ask(RpMbox.SHUTDOWN, [RpMbox.SHUTDOWN_ACK], this.config.shutdownMs) < 0 ? -ETIME : 0;
  }

  /** omap_remoteproc only: 'acked', 'cancelled', or 'timeout' after 1 s. */
  suspend(kind: 'auto' | 'system'): 'acked' | 'cancelled' | 'timeout' {
    const word = kind === 'auto' ? RpMbox.SUSPEND_AUTO : RpMbox.SUSPEND_SYSTEM;
    const answer = this.ask(word, [RpMbox.SUSPEND_ACK, RpMbox.SUSPEND_CANCEL], this.config.suspendMs);
    if (answer < 0) return 'timeout';
    return answer === RpMbox.SUSPEND_ACK ? 'acked' : 'cancelled';
  }

  private ask(word: number, answers: readonly number[], ms: number): number {
    this.answers.length = 0;
    const sent = this.mbox.send(word);
    if (sent < 0) return sent;
    const answer = (): number | undefined => this.answers.find((one) => answers.includes(one));
    this.wires.scheduler.runUntil(() => answer() !== undefined, ms);
    return answer() ?? -ETIME;
  }

  /** `omap_mbox_chan_send()`. */
  private sendData(word: number): boolean {
    const { hostTx, hostUser } = this.config;
    const room = this.remote.read32(MAILBOX_FIFOSTATUS(hostTx)) === 0;
    if (room) this.remote.write32(MAILBOX_MESSAGE(hostTx), word);
    this.remote.write32(MAILBOX_IRQENABLE(hostUser), MAILBOX_IRQ_NOTFULL(hostTx));
    return room;
  }

  /** `mbox_interrupt()`. */
  private interrupt(): void {
    const { hostTx, hostRx, hostUser } = this.config;
    const status = this.remote.read32(MAILBOX_IRQSTATUS(hostUser));
    if (status & MAILBOX_IRQ_NOTFULL(hostTx)) {
      this.remote.write32(MAILBOX_IRQENABLE_CLR(hostUser), MAILBOX_IRQ_NOTFULL(hostTx));
      this.remote.write32(MAILBOX_IRQSTATUS(hostUser), MAILBOX_IRQ_NOTFULL(hostTx));
      this.mbox.txDone();
    }
    if (!(status & MAILBOX_IRQ_NEWMSG(hostRx))) return;
    while (this.remote.read32(MAILBOX_MSGSTATUS(hostRx)) > 0) {
      this.received(this.remote.read32(MAILBOX_MESSAGE(hostRx)));
    }
    this.remote.write32(MAILBOX_IRQSTATUS(hostUser), MAILBOX_IRQ_NEWMSG(hostRx));
  }

  /** `k3_rproc_mbox_callback()`. */
  private received(word: number): void {
    if (word >= RpMbox.READY) {
      this.answers.push(word);
      this.wires.word?.(word);
    } else if (word > this.maxNotifyid) this.dropped++;
    else this.wires.kicked(word);
  }
}
