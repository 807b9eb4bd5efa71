/** A PL011 as a doorbell's UART: 2 accesses for a byte that comes, 1 for one that goes behind it. */
import type { Da } from '../../runtime/abi/address.js';
import type { Registers } from '../../runtime/hal/mailbox.js';
import type { ByteUart } from './byte-uart.js';
import {
  Pl011Uart,
  UARTCR_RXE,
  UARTCR_TXE,
  UARTCR_UARTEN,
  UARTFR_RXFE,
  UARTFR_TXFF,
  UARTINT_RX,
  UARTINT_TX,
  UARTLCR_H_WLEN8,
} from './registers/pl011-uart.js';

/** `base` is the UART's first register. */
export function pl011Uart({ read32, write32 }: Registers, base: Da): ByteUart {
  const dr = (base + Pl011Uart.UARTDR) as Da;
  const fr = (base + Pl011Uart.UARTFR) as Da;
  const imsc = (base + Pl011Uart.UARTIMSC) as Da;
  const cr = (base + Pl011Uart.UARTCR) as Da;
  /** Nothing but `put` fills the transmit register: once seen empty, it stays so. */
  let room = false;

  /** True when a byte is there. */
  function look(): boolean {
    const flags = read32(fr);
    room = (flags & UARTFR_TXFF) === 0;
    return (flags & UARTFR_RXFE) === 0;
  }

  return {
    open() {
      // Off while its line is set up (DDI 0183, 3.3.8). No FIFOs: their interrupts come late.
      write32(cr, 0);
      write32((base + Pl011Uart.UARTIBRD) as Da, 1);
      write32((base + Pl011Uart.UARTFBRD) as Da, 0);
      write32((base + Pl011Uart.UARTLCR_H) as Da, UARTLCR_H_WLEN8);
      write32(imsc, UARTINT_RX);
      write32(cr, UARTCR_UARTEN | UARTCR_TXE | UARTCR_RXE);
    },
    close() {
      write32(imsc, 0);
      write32(cr, 0);
    },
    // Without FIFOs the receive interrupt is the full register itself: reading takes it back (DDI 0183, 2.8.2).
    take: () => (look() ? read32(dr) & 0xff : -1),
    put(byte) {
      if (!room) look();
      if (!room) return false;
      room = false;
      write32(dr, byte);
      return true;
    },
    awaitRoom(on) {
      write32(imsc, on ? UARTINT_RX | UARTINT_TX : UARTINT_RX);
    },
  };
}
