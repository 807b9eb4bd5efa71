/** Two Xilinx IPI agents at register level, and Linux's use of one (zynqmp-ipi-mailbox.c below xlnx_r5_remoteproc.c). */
import { Ipi, zynqmpIpiAgents } from '../../../boards/mailbox/registers/zynqmp-ipi.js';
import type { MailboxModel, MailboxWires } from './mailbox.js';
import { MboxChannel } from './mbox-channel.js';
import { InterruptLine, type Peripheral, RegisterWarnings } from './peripheral.js';

export interface ZynqmpIpiModelConfig {
  /** Bits of the two agents. */
  readonly hostBit: number;
  readonly remoteBit: number;
  /** `tx_poll_period` of zynqmp-ipi-mailbox.c, ms. */
  readonly txPollPeriod: number;
}

/** Linux on the APU, the remote on the first RPU. */
export const zynqmpRpu0Model: ZynqmpIpiModelConfig = {
  hostBit: zynqmpIpiAgents.apu.bit,
  remoteBit: zynqmpIpiAgents.rpu0.bit,
  txPollPeriod: 5,
};

/** Registers of one agent. OBR mirrors the ISR of the others. */
export class IpiAgent implements Peripheral {
  peer!: IpiAgent;
  private isr = 0;
  private imr = 0xffffffff;

  constructor(
    private readonly bit: number,
    private readonly warnings: RegisterWarnings,
    private readonly line: (high: boolean) => void,
  ) {}

  get mask(): number {
    return (1 << this.bit) >>> 0;
  }

  read32(offset: number): number {
    switch (offset) {
      case Ipi.OBR:
        return this.peer.isr & this.mask ? this.peer.mask : 0;
      case Ipi.ISR:
        return this.isr;
      case Ipi.IMR:
        return this.imr;
      case Ipi.TRIG:
      case Ipi.IER:
      case Ipi.IDR:
        return 0;
      default:
        return this.warnings.unknownRead(offset);
    }
  }

  write32(offset: number, value: number): void {
    switch (offset) {
      case Ipi.TRIG:
        if ((value & ~this.peer.mask) !== 0) this.warnings.warn('TRIG names agents that are not there');
        if (value & this.peer.mask) this.peer.isr = (this.peer.isr | this.mask) >>> 0;
        this.peer.update();
        break;
      case Ipi.ISR:
        this.isr = (this.isr & ~value) >>> 0;
        break;
      case Ipi.IER:
        this.imr = (this.imr & ~value) >>> 0;
        break;
      case Ipi.IDR:
        this.imr = (this.imr | value) >>> 0;
        break;
      case Ipi.OBR:
      case Ipi.IMR:
        this.warnings.readOnly(offset, value);
        break;
      default:
        this.warnings.unknownWrite(offset, value);
    }
    this.update();
  }

  update(): void {
    this.line((this.isr & ~this.imr) !== 0);
  }
}

export class ZynqmpIpiModel implements MailboxModel {
  readonly warnings: RegisterWarnings;
  readonly remote: IpiAgent;
  /** The notifyid in Linux's request buffer: the next kick overwrites it. */
  payload = -1;
  private readonly host: IpiAgent;
  private readonly mbox: MboxChannel;

  constructor(
    private readonly wires: MailboxWires,
    config: ZynqmpIpiModelConfig = zynqmpRpu0Model,
  ) {
    const { scheduler, remoteInterrupt } = wires;
    this.warnings = new RegisterWarnings('ipi', wires.warn);
    const line = new InterruptLine(
      (task) => scheduler.post(task),
      () => this.interrupt(),
    );
    this.host = new IpiAgent(config.hostBit, this.warnings, (high) => line.set(high));
    this.remote = new IpiAgent(config.remoteBit, this.warnings, remoteInterrupt);
    this.host.peer = this.remote;
    this.remote.peer = this.host;
    const sendData = (notifyid: number): boolean => {
      this.payload = notifyid;
      this.host.write32(Ipi.TRIG, this.remote.mask);
      return true;
    };
    const lastTxDone = (): boolean => (this.host.read32(Ipi.OBR) & this.remote.mask) === 0;
    this.mbox = new MboxChannel(scheduler, { sendData, poll: { period: config.txPollPeriod, lastTxDone } });
    this.host.write32(Ipi.IER, this.remote.mask);
  }

  /** `zynqmp_r5_rproc_kick()`: does not wait; the next one goes out when a poll finds that this was acknowledged. */
  kick(notifyid: number): number {
    return this.mbox.send(notifyid);
  }

  /** `zynqmp_ipi_interrupt()`, `zynqmp_r5_mb_rx_cb()`: acknowledges, then looks at every notifyid. */
  private interrupt(): void {
    if (!(this.host.read32(Ipi.ISR) & this.remote.mask)) return;
    this.host.write32(Ipi.ISR, this.remote.mask);
    this.wires.scheduler.post(() => this.wires.kicked('all'));
  }
}
