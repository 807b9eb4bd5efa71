/** A 16550 as a doorbell's UART: 2 accesses for a byte that comes, 1 for one that goes behind it. */
import type { Da } from '../../runtime/abi/address.js';
import type { Registers } from '../../runtime/hal/mailbox.js';
import type { ByteUart } from './byte-uart.js';
import {
  IER_ERBFI,
  IER_ETBEI,
  LCR_8_BITS,
  LSR_DR,
  LSR_THRE,
  MCR_DTR,
  MCR_OUT2,
  MCR_RTS,
  Ns16550Uart,
} from './registers/ns16550-uart.js';

/** `base` is the UART's first register; each has a byte of its own. */
export function ns16550Uart({ read8, write8 }: Registers, base: Da): ByteUart {
  const data = (base + Ns16550Uart.RBR) as Da;
  const ier = (base + Ns16550Uart.IER) as Da;
  const lsr = (base + Ns16550Uart.LSR) as Da;
  /** Nothing but `put` fills the holding register: once seen empty, it stays so. */
  let room = false;

  /** True when a byte is there. */
  function look(): boolean {
    const flags = read8(lsr);
    room = (flags & LSR_THRE) !== 0;
    return (flags & LSR_DR) !== 0;
  }

  return {
    open() {
      // No FIFOs: their interrupts come late.
      write8((base + Ns16550Uart.FCR) as Da, 0);
      write8((base + Ns16550Uart.LCR) as Da, LCR_8_BITS);
      write8((base + Ns16550Uart.MCR) as Da, MCR_DTR | MCR_RTS | MCR_OUT2);
      write8(ier, IER_ERBFI);
    },
    close() {
      write8(ier, 0);
    },
    // The receive interrupt is LSR's data ready itself: reading takes it back.
    take: () => (look() ? read8(data) : -1),
    put(byte) {
      if (!room) look();
      if (!room) return false;
      room = false;
      write8(data, byte);
      return true;
    },
    awaitRoom(on) {
      write8(ier, on ? IER_ERBFI | IER_ETBEI : IER_ERBFI);
    },
  };
}
