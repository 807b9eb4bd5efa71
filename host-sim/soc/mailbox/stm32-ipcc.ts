/** The IPCC of STM32MP15 at register level, and Linux's use of it (stm32-ipcc.c below stm32_rproc.c). */
import {
  IPCC_CR_RXOIE,
  IPCC_CR_TXFIE,
  IPCC_HWCFGR,
  IPCC_PROC,
  IPCC_TX_SHIFT,
  Ipcc,
} from '../../../boards/mailbox/registers/stm32-ipcc.js';
import { EINVAL } from '../../errno.js';
import type { MailboxModel, MailboxWires } from './mailbox.js';
import { MboxChannel } from './mbox-channel.js';
import { InterruptLine, type Peripheral, RegisterWarnings } from './peripheral.js';

export interface Stm32IpccModelConfig {
  /** Channels of the hardware, at most 16 (IPCC_HWCFGR). */
  readonly channels: number;
  readonly vqs: readonly number[];
  readonly shutdown: number;
  readonly detach: number;
  /** `tx_tout` of stm32_rproc.c, ms. */
  readonly shutdownMs: number;
  readonly detachMs: number;
}

/** Linux is processor 0. How many channels there are the kernel reads from HWCFGR; any number from 4 on behaves alike. */
export const stm32mp15IpccModel: Stm32IpccModelConfig = {
  channels: 6,
  vqs: [0, 1],
  shutdown: 2,
  detach: 3,
  shutdownMs: 500,
  detachMs: 200,
};

interface Processor {
  cr: number;
  mr: number;
  /** Channels that this processor occupies. */
  occupied: number;
}

/** The hardware: both processors see all registers. */
export class IpccBlock implements Peripheral {
  private readonly processors: readonly Processor[] = [0, 1].map(() => ({
    cr: 0,
    mr: 0xffffffff,
    occupied: 0,
  }));
  private readonly valid: number;

  constructor(
    private readonly channels: number,
    private readonly warnings: RegisterWarnings,
    /** Told the level of each processor's line; receive and transmit interrupts are one here. */
    private readonly lines: readonly ((high: boolean) => void)[],
  ) {
    this.valid = 2 ** channels - 1;
  }

  read32(offset: number): number {
    if (offset === IPCC_HWCFGR) return this.channels;
    const processor = this.processors[Math.floor(offset / IPCC_PROC)];
    const register = offset % IPCC_PROC;
    if (!processor) return this.warnings.unknownRead(offset);
    if (register === Ipcc.CR) return processor.cr;
    if (register === Ipcc.MR) return processor.mr;
    if (register === Ipcc.SCR) return 0;
    return register === Ipcc.SR ? processor.occupied : this.warnings.unknownRead(offset);
  }

  write32(offset: number, value: number): void {
    const index = Math.floor(offset / IPCC_PROC);
    const processor = this.processors[index];
    const register = offset % IPCC_PROC;
    if (!processor) {
      if (offset === IPCC_HWCFGR) this.warnings.readOnly(offset, value);
      else this.warnings.unknownWrite(offset, value);
      return;
    }
    if (register === Ipcc.CR) processor.cr = value & (IPCC_CR_RXOIE | IPCC_CR_TXFIE);
    else if (register === Ipcc.MR) processor.mr = value >>> 0;
    else if (register === Ipcc.SCR) this.setClear(index, value);
    else if (register === Ipcc.SR) this.warnings.readOnly(offset, value);
    else this.warnings.unknownWrite(offset, value);
    this.update();
  }

  private setClear(index: number, value: number): void {
    const set = value >>> IPCC_TX_SHIFT;
    const clear = value & 0xffff;
    if ((set | clear) & ~this.valid) this.warnings.warn(`SCR names channels that are not there`);
    this.processors[1 - index].occupied &= ~clear;
    const own = this.processors[index];
    // A message that was not taken yet is told no second time: what the sender meant by it is lost.
    if (own.occupied & set) this.warnings.warn(`processor ${index} occupies a channel that is occupied`);
    own.occupied |= set & this.valid;
  }

  private update(): void {
    for (const [i, { cr, mr, occupied }] of this.processors.entries()) {
      const received = this.processors[1 - i].occupied & ~mr & this.valid;
      const free = ~occupied & ~(mr >>> IPCC_TX_SHIFT) & this.valid;
      const high = (cr & IPCC_CR_RXOIE && received) || (cr & IPCC_CR_TXFIE && free);
      this.lines[i](Boolean(high));
    }
  }
}

export class Stm32IpccModel implements MailboxModel {
  readonly warnings: RegisterWarnings;
  readonly remote: IpccBlock;
  private readonly line: InterruptLine;
  private readonly clients: { readonly channel: number; readonly mbox: MboxChannel }[] = [];

  constructor(
    private readonly wires: MailboxWires,
    private readonly config: Stm32IpccModelConfig = stm32mp15IpccModel,
  ) {
    const { scheduler, remoteInterrupt } = wires;
    this.warnings = new RegisterWarnings('ipcc', wires.warn);
    this.line = new InterruptLine(
      (task) => scheduler.post(task),
      () => this.interrupt(),
    );
    this.remote = new IpccBlock(config.channels, this.warnings, [
      (high) => this.line.set(high),
      remoteInterrupt,
    ]);
    for (const channel of config.vqs) this.addClient(channel);
    this.addClient(config.shutdown, config.shutdownMs);
    this.addClient(config.detach, config.detachMs);
    this.write(Ipcc.CR, IPCC_CR_RXOIE | IPCC_CR_TXFIE);
  }

  /** `stm32_rproc_kick()`: never waits; a notifyid without a channel is a WARN and nothing else. */
  kick(notifyid: number): number {
    const channel = this.config.vqs[notifyid];
    return channel === undefined ? -EINVAL : this.client(channel).send(notifyid);
  }

  /** The line of `stm32_rproc_stop()` that waits for the remote to free its channel, at most 500 ms. */
  shutdown(): number {
    return this.client(this.config.shutdown).send(0);
  }

  /** At most 200 ms. */
  detach(): number {
    return this.client(this.config.detach).send(0);
  }

  /** `stm32_ipcc_startup()` and `stm32_ipcc_send_data()`. */
  private addClient(channel: number, txTout?: number): void {
    const bit = 1 << channel;
    const sendData = (): boolean => {
      this.write(Ipcc.SCR, (bit << IPCC_TX_SHIFT) >>> 0);
      this.write(Ipcc.MR, this.read(Ipcc.MR) & ~(bit << IPCC_TX_SHIFT));
      return true;
    };
    const mbox = new MboxChannel(this.wires.scheduler, { sendData, txTout });
    this.clients.push({ channel, mbox });
    this.write(Ipcc.MR, this.read(Ipcc.MR) & ~bit);
  }

  private client(channel: number): MboxChannel {
    return this.clients.find((client) => client.channel === channel)!.mbox;
  }

  /** `stm32_ipcc_tx_irq()` and `stm32_ipcc_rx_irq()`, threads that are not entered twice. */
  private interrupt(): boolean {
    const free = ~this.read(Ipcc.SR) & ~(this.read(Ipcc.MR) >>> IPCC_TX_SHIFT);
    for (const { channel, mbox } of this.clients) {
      if (!(free & (1 << channel))) continue;
      this.write(Ipcc.MR, (this.read(Ipcc.MR) | (1 << (channel + IPCC_TX_SHIFT))) >>> 0);
      mbox.txDone();
    }
    const received = this.read(IPCC_PROC + Ipcc.SR) & ~this.read(Ipcc.MR) & 0xffff;
    if (received === 0) return false;
    for (const [vq, channel] of this.config.vqs.entries()) {
      if (received & (1 << channel)) this.wires.kicked(vq);
    }
    // The work is queued before the channel is freed, and another CPU may be through with it by then.
    this.wires.scheduler.post(() => {
      this.write(Ipcc.SCR, received);
      this.line.done();
    });
    return true;
  }

  private read(register: number): number {
    return this.remote.read32(register);
  }

  private write(register: number, value: number): void {
    this.remote.write32(register, value);
  }
}
