/**
 * The doorbell of QEMU boards: a second UART on a socket, one byte a kick, its value the notifyid. Written for the CMSDK
 * UART of the mps2 machines.
 */
import type { Da } from '../../runtime/abi/address.js';
import type { Mailbox, MailboxEvents, Registers } from '../../runtime/hal/mailbox.js';
import { Outbox } from './outbox.js';
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
} from './registers/cmsdk-uart.js';

export interface UartDoorbellConfig {
  /** First register of the UART. */
  readonly base: Da;
}

const LISTEN = CTRL_TX_EN | CTRL_RX_EN | CTRL_RX_INTEN;
/** Bytes taken in one go; more wait for the next interrupt, which is pending by then. */
const BURST = 64;

export function uartDoorbell(registers: Registers, config: UartDoorbellConfig): Mailbox {
  const at = (offset: number): Da => (config.base + offset) as Da;
  const data = at(CmsdkUart.DATA);
  const state = at(CmsdkUart.STATE);
  const ctrl = at(CmsdkUart.CTRL);
  const intstatus = at(CmsdkUart.INTSTATUS);
  const outbox = new Outbox();
  let events: MailboxEvents | undefined;

  function send(notifyid: number): boolean {
    if ((registers.read32(state) & STATE_TXFULL) !== 0) return false;
    registers.write32(data, notifyid);
    return true;
  }

  function receive(to: MailboxEvents): void {
    for (let taken = 0; taken < BURST; taken++) {
      if ((registers.read32(state) & STATE_RXFULL) === 0) return;
      to.kicked(registers.read32(data) & 0xff);
    }
  }

  function sendWaiting(): boolean {
    if (!outbox.drain(send)) return false;
    registers.write32(ctrl, LISTEN);
    return true;
  }

  return {
    enable(to) {
      events = to;
      registers.write32(at(CmsdkUart.BAUDDIV), BAUDDIV_MIN);
      registers.write32(intstatus, 0xf);
      registers.write32(ctrl, LISTEN);
    },
    disable() {
      events = undefined;
      outbox.clear();
      registers.write32(ctrl, 0);
      registers.write32(intstatus, 0xf);
    },
    ring(notifyid) {
      if (!(notifyid >= 0 && notifyid <= 0xff)) {
        throw new RangeError('notifyid ' + notifyid + ' does not fit the byte of the doorbell');
      }
      if (outbox.empty && send(notifyid)) return true;
      outbox.add(notifyid);
      registers.write32(ctrl, LISTEN | CTRL_TX_INTEN);
      // The byte that was in the way may have gone before its interrupt was enabled.
      return sendWaiting();
    },
    interrupt() {
      // Cleared before the bytes are taken: one that comes between the last look and the clearing would never interrupt.
      registers.write32(intstatus, INTSTATUS_TX | INTSTATUS_RX);
      if (events) receive(events);
      if (!outbox.empty) sendWaiting();
    },
    busy: () => !outbox.empty,
    answer: () => true,
  };
}
