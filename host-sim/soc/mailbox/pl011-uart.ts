/**
 * Arm's PL011 as QEMU has it (hw/char/pl011.c), at register level, without its FIFOs. Like QEMU's it receives and sends whether
 * UARTCR lets it or not.
 */
import {
  Pl011Uart,
  UARTFR_RXFE,
  UARTFR_RXFF,
  UARTFR_TXFE,
  UARTFR_TXFF,
  UARTINT_RX,
  UARTINT_TX,
  UARTLCR_H_FEN,
} from '../../../boards/mailbox/registers/pl011-uart.js';
import { UartDoorbellModel } from './uart-doorbell.js';

/** Registers that hold what was written, and their bits. */
const PLAIN: { readonly [offset: number]: number } = {
  [Pl011Uart.UARTIBRD]: 0xffff,
  [Pl011Uart.UARTFBRD]: 0x3f,
  [Pl011Uart.UARTLCR_H]: 0xff,
  [Pl011Uart.UARTCR]: 0xffff,
  [Pl011Uart.UARTIFLS]: 0x3f,
  [Pl011Uart.UARTIMSC]: 0x7ff,
};

export class Pl011UartModel extends UartDoorbellModel {
  private readonly plain = new Map<number, number>([
    [Pl011Uart.UARTCR, 0x300],
    [Pl011Uart.UARTIFLS, 0x12],
  ]);
  private ris = 0;
  private full = false;
  private sending = false;
  private dr = 0;

  read32(offset: number): number {
    switch (offset) {
      case Pl011Uart.UARTDR:
        this.full = false;
        this.ris &= ~UARTINT_RX;
        this.update();
        this.pumpSoon();
        return this.dr;
      case Pl011Uart.UARTFR:
        return (this.full ? UARTFR_RXFF : UARTFR_RXFE) | (this.sending ? UARTFR_TXFF : UARTFR_TXFE);
      case Pl011Uart.UARTRIS:
        return this.ris;
      case Pl011Uart.UARTMIS:
        return this.ris & this.imsc;
      default:
        return offset in PLAIN ? (this.plain.get(offset) ?? 0) : this.warnings.unknownRead(offset);
    }
  }

  write32(offset: number, value: number): void {
    switch (offset) {
      case Pl011Uart.UARTDR:
        if (this.sending) {
          this.warnings.warn('UARTDR written while TXFF: a byte is lost');
          break;
        }
        this.sending = true;
        // Arm DDI 0183, 2.8.3: without FIFOs a write takes the transmit interrupt back.
        this.ris &= ~UARTINT_TX;
        this.transmit(value & 0xff);
        break;
      case Pl011Uart.UARTICR:
        this.ris &= ~value;
        break;
      case Pl011Uart.UARTFR:
      case Pl011Uart.UARTRIS:
      case Pl011Uart.UARTMIS:
        this.warnings.readOnly(offset, value);
        break;
      default:
        if (!(offset in PLAIN)) this.warnings.unknownWrite(offset, value);
        else this.plain.set(offset, value & PLAIN[offset]);
        if (offset === Pl011Uart.UARTLCR_H && value & UARTLCR_H_FEN)
          this.warnings.warn('FIFOs are not modelled');
    }
    this.update();
  }

  protected override transmitted(): void {
    this.sending = false;
    this.ris |= UARTINT_TX;
    this.update();
  }

  protected override canReceive(): boolean {
    return !this.full;
  }

  protected override receive(byte: number): void {
    this.dr = byte;
    this.full = true;
    this.ris |= UARTINT_RX;
    this.update();
  }

  private get imsc(): number {
    return this.plain.get(Pl011Uart.UARTIMSC) ?? 0;
  }

  private update(): void {
    this.wires.remoteInterrupt((this.ris & this.imsc) !== 0);
  }
}
