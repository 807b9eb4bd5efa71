/** A 16550 as QEMU has it (hw/char/serial.c) at register level, without its FIFOs: registers of a byte each. */
import {
  IER_ERBFI,
  IER_ETBEI,
  IIR_DATA,
  IIR_NONE,
  IIR_THR_EMPTY,
  LCR_DLAB,
  LSR_DR,
  LSR_TEMT,
  LSR_THRE,
  Ns16550Uart,
} from '../../../boards/mailbox/registers/ns16550-uart.js';
import { UartDoorbellModel } from './uart-doorbell.js';

/** FIFO enable in FCR. */
const FCR_FE = 1;

export class Ns16550UartModel extends UartDoorbellModel {
  private ier = 0;
  private lcr = 0;
  private mcr = 0x08;
  private lsr = LSR_THRE | LSR_TEMT;
  private rbr = 0;
  /** The divisor's two bytes. */
  private readonly divisor = [0x0c, 0];
  /** The holding register's interrupt stays until it is identified or the register is written. */
  private thrPending = false;

  read8(offset: number): number {
    if (offset <= Ns16550Uart.IER && this.lcr & LCR_DLAB) return this.divisor[offset];
    switch (offset) {
      case Ns16550Uart.RBR:
        this.lsr &= ~LSR_DR;
        this.update();
        this.pumpSoon();
        return this.rbr;
      case Ns16550Uart.IER:
        return this.ier;
      case Ns16550Uart.IIR:
        return this.identify();
      case Ns16550Uart.LCR:
        return this.lcr;
      case Ns16550Uart.MCR:
        return this.mcr;
      case Ns16550Uart.LSR:
        return this.lsr;
      default:
        return this.warnings.unknownRead(offset) & 0xff;
    }
  }

  write8(offset: number, value: number): void {
    if (offset <= Ns16550Uart.IER && this.lcr & LCR_DLAB) this.divisor[offset] = value;
    else this.writeRegister(offset, value);
    this.update();
  }

  read32(offset: number): number {
    this.warnings.warn('read of a word: the registers are bytes');
    return this.read8(offset);
  }

  write32(offset: number, value: number): void {
    this.warnings.warn('write of a word: the registers are bytes');
    this.write8(offset, value & 0xff);
  }

  private writeRegister(offset: number, value: number): void {
    switch (offset) {
      case Ns16550Uart.THR:
        if (!(this.lsr & LSR_THRE)) {
          this.warnings.warn('THR written while it is full: a byte is lost');
          return;
        }
        this.lsr &= ~(LSR_THRE | LSR_TEMT);
        this.thrPending = false;
        this.transmit(value);
        break;
      case Ns16550Uart.IER:
        this.ier = value & 0x0f;
        if (this.lsr & LSR_THRE) this.thrPending = true;
        break;
      case Ns16550Uart.FCR:
        if (value & FCR_FE) this.warnings.warn('FIFOs are not modelled');
        break;
      case Ns16550Uart.LCR:
        this.lcr = value;
        break;
      case Ns16550Uart.MCR:
        this.mcr = value & 0x1f;
        break;
      case Ns16550Uart.LSR:
        this.warnings.readOnly(offset, value);
        break;
      default:
        this.warnings.unknownWrite(offset, value);
    }
  }

  protected override transmitted(): void {
    this.lsr |= LSR_THRE | LSR_TEMT;
    this.thrPending = true;
    this.update();
  }

  protected override canReceive(): boolean {
    return (this.lsr & LSR_DR) === 0;
  }

  protected override receive(byte: number): void {
    this.rbr = byte;
    this.lsr |= LSR_DR;
    this.update();
  }

  /** The read takes the holding register's interrupt back, where that is the one. */
  private identify(): number {
    const found = this.interrupt();
    if (found === IIR_THR_EMPTY) this.thrPending = false;
    this.update();
    return found;
  }

  private interrupt(): number {
    if (this.ier & IER_ERBFI && this.lsr & LSR_DR) return IIR_DATA;
    return this.ier & IER_ETBEI && this.thrPending ? IIR_THR_EMPTY : IIR_NONE;
  }

  private update(): void {
    this.wires.remoteInterrupt(this.interrupt() !== IIR_NONE);
  }
}
