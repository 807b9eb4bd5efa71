/** The i.MX Messaging Unit at register level, both sides, and Linux's use of side A (imx-mailbox.c below imx_rproc.c). */
import { type ImxMuLayout, muReceive, muTransmit } from '../../../boards/mailbox/registers/imx-mu.js';
import type { MailboxModel, MailboxWires } from './mailbox.js';
import { MboxChannel } from './mbox-channel.js';
import { InterruptLine, type Peripheral, RegisterWarnings } from './peripheral.js';

export interface ImxMuModelConfig {
  readonly layout: ImxMuLayout;
  /** `tx = <mu 0 n>` and `rx = <mu 1 n>` of the device tree, seen from Linux. */
  readonly tx: number;
  readonly rx: number;
  /** `tx_tout` of imx_rproc.c, ms. */
  readonly txTout: number;
}

/** All board files use register 1. */
export const imxMuModel = { tx: 1, rx: 1, txTout: 100 } as const;

const REGISTERS = [0, 1, 2, 3];

/** One side. What it writes to TRn lies in `sent` until the other side reads its RRn. */
export class MuSide implements Peripheral {
  peer!: MuSide;
  private readonly sent: (number | undefined)[] = [];
  private tcr = 0;
  private rcr = 0;

  constructor(
    private readonly layout: ImxMuLayout,
    private readonly warnings: RegisterWarnings,
    private readonly line: (high: boolean) => void,
  ) {}

  read32(offset: number): number {
    const { layout } = this;
    if (offset === layout.TSR || offset === layout.RSR) {
      const transmit = offset === layout.TSR ? this.flags(muTransmit, (n) => this.sent[n] === undefined) : 0;
      const receive =
        offset === layout.RSR ? this.flags(muReceive, (n) => this.peer.sent[n] !== undefined) : 0;
      return (transmit | receive) >>> 0;
    }
    if (offset === layout.TCR || offset === layout.RCR) return this.control(offset);
    const n = this.index(offset, layout.RR);
    if (n >= 0) return this.take(n);
    return this.index(offset, layout.TR) >= 0 ? 0 : this.warnings.unknownRead(offset);
  }

  write32(offset: number, value: number): void {
    const { layout } = this;
    const n = this.index(offset, layout.TR);
    if (n >= 0) {
      if (this.sent[n] !== undefined) this.warnings.warn(`TR${n} written while it is full`);
      this.sent[n] = value >>> 0;
    } else if (offset === layout.TCR || offset === layout.RCR) {
      this.setControl(offset, value);
    } else if (offset === layout.TSR || offset === layout.RSR || this.index(offset, layout.RR) >= 0) {
      this.warnings.readOnly(offset, value);
    } else this.warnings.unknownWrite(offset, value);
    this.update();
    this.peer.update();
  }

  private take(n: number): number {
    const value = this.peer.sent[n];
    if (value === undefined) this.warnings.warn(`RR${n} read while it is empty`);
    this.peer.sent[n] = undefined;
    this.update();
    this.peer.update();
    return value ?? 0;
  }

  private index(offset: number, first: number): number {
    const n = (offset - first) / 4;
    return REGISTERS.includes(n) ? n : -1;
  }

  private flags(bit: (layout: ImxMuLayout, n: number) => number, holds: (n: number) => boolean): number {
    return REGISTERS.reduce((all, n) => (holds(n) ? all | bit(this.layout, n) : all), 0);
  }

  private control(offset: number): number {
    const transmit = offset === this.layout.TCR ? this.tcr : 0;
    const receive = offset === this.layout.RCR ? this.rcr : 0;
    return (transmit | receive) >>> 0;
  }

  private setControl(offset: number, value: number): void {
    const [transmit, receive] = [muTransmit, muReceive].map((bit) => this.flags(bit, () => true));
    const here = (offset === this.layout.TCR ? transmit : 0) | (offset === this.layout.RCR ? receive : 0);
    // Doorbells and resets are in the same registers; nobody uses them here.
    if (value & ~here) this.warnings.unknownWrite(offset, value);
    if (offset === this.layout.TCR) this.tcr = value & transmit;
    if (offset === this.layout.RCR) this.rcr = value & receive;
  }

  private update(): void {
    const empty = this.flags(muTransmit, (n) => this.sent[n] === undefined);
    const full = this.flags(muReceive, (n) => this.peer.sent[n] !== undefined);
    this.line(Boolean((empty & this.tcr) | (full & this.rcr)));
  }
}

export class ImxMuModel implements MailboxModel {
  readonly warnings: RegisterWarnings;
  /** Side B. */
  readonly remote: MuSide;
  private readonly host: MuSide;
  private readonly mbox: MboxChannel;

  constructor(
    private readonly wires: MailboxWires,
    private readonly config: ImxMuModelConfig,
  ) {
    const { scheduler, remoteInterrupt } = wires;
    const { layout, tx, rx, txTout } = config;
    this.warnings = new RegisterWarnings('mu', wires.warn);
    const line = new InterruptLine(
      (task) => scheduler.post(task),
      () => this.interrupt(),
    );
    this.host = new MuSide(layout, this.warnings, (high) => line.set(high));
    this.remote = new MuSide(layout, this.warnings, remoteInterrupt);
    this.host.peer = this.remote;
    this.remote.peer = this.host;
    const sendData = (word: number): boolean => {
      this.host.write32(layout.TR + 4 * tx, word);
      this.change(layout.TCR, muTransmit(layout, tx), true);
      return true;
    };
    this.mbox = new MboxChannel(scheduler, { sendData, txTout });
    this.change(layout.RCR, muReceive(layout, rx), true);
  }

  /** `imx_rproc_kick()`: waits up to 100 ms until the remote has read the word. */
  kick(notifyid: number): number {
    return this.mbox.send((notifyid << 16) >>> 0);
  }

  /** `imx_mu_isr()`. */
  private interrupt(): void {
    const { layout, tx, rx } = this.config;
    const empty = muTransmit(layout, tx);
    if (this.host.read32(layout.TSR) & this.host.read32(layout.TCR) & empty) {
      this.change(layout.TCR, empty, false);
      this.mbox.txDone();
    }
    if (this.host.read32(layout.RSR) & this.host.read32(layout.RCR) & muReceive(layout, rx)) {
      const word = this.host.read32(layout.RR + 4 * rx);
      this.wires.word?.(word);
      // The payload is ignored; imx_rproc_vq_work(), which may wait in a kick, looks at every notifyid.
      this.wires.scheduler.post(() => this.wires.kicked('all'));
    }
  }

  /** `imx_mu_xcr_rmw()`. */
  private change(register: number, bits: number, on: boolean): void {
    const before = this.host.read32(register);
    this.host.write32(register, (on ? before | bits : before & ~bits) >>> 0);
  }
}
