/** The CMSDK UART of QEMU's mps2 machines as a doorbell's UART: 3 accesses for a byte that comes, 1 for one that goes behind it. */
import type { Da } from '../../runtime/abi/address.js';
import type { Registers } from '../../runtime/hal/mailbox.js';
import type { ByteUart } from './byte-uart.js';
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

const LISTEN = CTRL_TX_EN | CTRL_RX_EN | CTRL_RX_INTEN;

/** `base` is the UART's first register. */
export function cmsdkUart({ read32, write32 }: Registers, base: Da): ByteUart {
  const data = (base + CmsdkUart.DATA) as Da;
  const state = (base + CmsdkUart.STATE) as Da;
  const ctrl = (base + CmsdkUart.CTRL) as Da;
  const intstatus = (base + CmsdkUart.INTSTATUS) as Da;
  /** Nothing but `put` fills the transmit register: once seen empty, it stays so. */
  let room = false;

  /** True when a byte is there. */
  function look(): boolean {
    const flags = read32(state);
    room = (flags & STATE_TXFULL) === 0;
    return (flags & STATE_RXFULL) !== 0;
  }

  return {
    open() {
      write32((base + CmsdkUart.BAUDDIV) as Da, BAUDDIV_MIN);
      write32(ctrl, LISTEN);
    },
    close() {
      write32(ctrl, 0);
      write32(intstatus, INTSTATUS_TX | INTSTATUS_RX);
    },
    take() {
      if (!look()) {
        // Cleared before the second look: a byte that came between them would never interrupt otherwise.
        write32(intstatus, INTSTATUS_RX);
        return look() ? read32(data) & 0xff : -1;
      }
      // No byte comes while one is there, so none is between the look and the clearing.
      write32(intstatus, INTSTATUS_RX);
      return read32(data) & 0xff;
    },
    put(byte) {
      if (!room) look();
      if (!room) return false;
      room = false;
      write32(data, byte);
      return true;
    },
    // A byte that goes between the two writes must be told in one case, and must leave no interrupt behind in the other.
    awaitRoom(on) {
      if (!on) write32(ctrl, LISTEN);
      write32(intstatus, INTSTATUS_TX);
      if (on) write32(ctrl, LISTEN | CTRL_TX_INTEN);
    },
  };
}
