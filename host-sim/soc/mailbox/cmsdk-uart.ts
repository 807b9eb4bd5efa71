/** The CMSDK UART of QEMU's mps2 machines (hw/char/cmsdk-apb-uart.c), and a socket behind it with one byte a kick. */
import {
  BAUDDIV_MIN,
  CmsdkUart,
  CTRL_RX_EN,
  CTRL_RX_INTEN,
  CTRL_TX_EN,
  CTRL_TX_INTEN,
  INTSTATUS_RX,
  INTSTATUS_TX,
  STATE_RXFULL,
  STATE_TXFULL,
  STATE_TXOVERRUN,
} from '../../../boards/mailbox/registers/cmsdk-uart.js';
import type { MailboxModel, MailboxWires } from './mailbox.js';
import { type Peripheral, RegisterWarnings } from './peripheral.js';

export interface CmsdkUartModelConfig {
  /** Virtual ms that a byte takes from the transmit register to the socket; 0 sends it within the write. */
  readonly transmitMs: number;
}

export const cmsdkUartModel: CmsdkUartModelConfig = { transmitMs: 0 };

export class CmsdkUartModel implements MailboxModel, Peripheral {
  readonly warnings: RegisterWarnings;
  readonly remote: Peripheral = this;
  /** Bytes in the socket that the UART has not taken: it takes one when receiving is on and its register is empty. */
  private readonly socket: number[] = [];
  private state = 0;
  private ctrl = 0;
  private intstatus = 0;
  private bauddiv = 0;
  private rxbuf = 0;
  private txbuf = 0;

  constructor(
    private readonly wires: MailboxWires,
    private readonly config: CmsdkUartModelConfig = cmsdkUartModel,
  ) {
    this.warnings = new RegisterWarnings('uart', wires.warn);
  }

  /** Bytes on their way to the remote. */
  get pending(): number {
    return this.socket.length;
  }

  /** A write to the socket: it takes any number. */
  kick(notifyid: number): number {
    this.socket.push(notifyid & 0xff);
    this.pump();
    return 0;
  }

  read32(offset: number): number {
    switch (offset) {
      case CmsdkUart.DATA: {
        const byte = this.rxbuf;
        this.state &= ~STATE_RXFULL;
        // The socket is looked at by QEMU's main loop, not within the guest's access.
        this.wires.scheduler.post(() => this.pump());
        return byte;
      }
      case CmsdkUart.STATE:
        return this.state;
      case CmsdkUart.CTRL:
        return this.ctrl;
      case CmsdkUart.INTSTATUS:
        return this.intstatus;
      case CmsdkUart.BAUDDIV:
        return this.bauddiv;
      default:
        return this.warnings.unknownRead(offset);
    }
  }

  write32(offset: number, value: number): void {
    switch (offset) {
      case CmsdkUart.DATA:
        this.transmit(value & 0xff);
        break;
      case CmsdkUart.STATE:
        this.state &= ~(value & STATE_TXOVERRUN);
        break;
      case CmsdkUart.CTRL:
        this.ctrl = value & 0x7f;
        if (value & CTRL_TX_EN && this.bauddiv < BAUDDIV_MIN)
          this.warnings.warn('TX enabled without a baud rate');
        this.wires.scheduler.post(() => this.pump());
        break;
      case CmsdkUart.INTSTATUS:
        this.intstatus &= ~value;
        break;
      case CmsdkUart.BAUDDIV:
        this.bauddiv = value & 0xfffff;
        break;
      default:
        this.warnings.unknownWrite(offset, value);
    }
    this.update();
  }

  private transmit(byte: number): void {
    this.txbuf = byte;
    if (this.state & STATE_TXFULL) {
      this.warnings.warn('DATA written while TXFULL: a byte is lost');
      this.state |= STATE_TXOVERRUN;
      return;
    }
    this.state |= STATE_TXFULL;
    const { transmitMs } = this.config;
    const { scheduler } = this.wires;
    if (transmitMs === 0) this.transmitted();
    else scheduler.at(scheduler.now + transmitMs, () => this.transmitted());
  }

  private transmitted(): void {
    if (!(this.ctrl & CTRL_TX_EN)) return;
    const byte = this.txbuf;
    this.state &= ~STATE_TXFULL;
    if (this.ctrl & CTRL_TX_INTEN) this.intstatus |= INTSTATUS_TX;
    this.wires.scheduler.post(() => this.wires.kicked(byte));
    this.update();
  }

  /** `uart_can_receive()` and `uart_receive()`. */
  private pump(): void {
    if (!(this.ctrl & CTRL_RX_EN) || this.state & STATE_RXFULL) return;
    const byte = this.socket.shift();
    if (byte === undefined) return;
    this.rxbuf = byte;
    this.state |= STATE_RXFULL;
    if (this.ctrl & CTRL_RX_INTEN) this.intstatus |= INTSTATUS_RX;
    this.update();
  }

  private update(): void {
    this.wires.remoteInterrupt(this.intstatus !== 0);
  }
}
