/** The CMSDK UART of QEMU's mps2 machines (hw/char/cmsdk-apb-uart.c) at register level. */
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
import { UartDoorbellModel } from './uart-doorbell.js';

export class CmsdkUartModel extends UartDoorbellModel {
  private state = 0;
  private ctrl = 0;
  private intstatus = 0;
  private bauddiv = 0;
  private rxbuf = 0;

  read32(offset: number): number {
    switch (offset) {
      case CmsdkUart.DATA:
        this.state &= ~STATE_RXFULL;
        this.pumpSoon();
        return this.rxbuf;
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
        this.send(value & 0xff);
        break;
      case CmsdkUart.STATE:
        this.state &= ~(value & STATE_TXOVERRUN);
        break;
      case CmsdkUart.CTRL:
        this.ctrl = value & 0x7f;
        if (value & CTRL_TX_EN && this.bauddiv < BAUDDIV_MIN)
          this.warnings.warn('TX enabled without a baud rate');
        this.pumpSoon();
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

  private send(byte: number): void {
    if (this.state & STATE_TXFULL) {
      this.warnings.warn('DATA written while TXFULL: a byte is lost');
      this.state |= STATE_TXOVERRUN;
      return;
    }
    this.state |= STATE_TXFULL;
    // QEMU keeps the byte until transmitting is on; nobody writes one before.
    if (this.ctrl & CTRL_TX_EN) this.transmit(byte);
    else this.warnings.warn('DATA written while TX is off');
  }

  protected override transmitted(): void {
    this.state &= ~STATE_TXFULL;
    if (this.ctrl & CTRL_TX_INTEN) this.intstatus |= INTSTATUS_TX;
    this.update();
  }

  protected override canReceive(): boolean {
    return (this.ctrl & CTRL_RX_EN) !== 0 && (this.state & STATE_RXFULL) === 0;
  }

  protected override receive(byte: number): void {
    this.rxbuf = byte;
    this.state |= STATE_RXFULL;
    if (this.ctrl & CTRL_RX_INTEN) this.intstatus |= INTSTATUS_RX;
    this.update();
  }

  private update(): void {
    this.wires.remoteInterrupt(this.intstatus !== 0);
  }
}
