/**
 * Registers of Arm's PL011 UART (Arm DDI 0183, chapter 3), which QEMU's versatilepb has and which serves there as a doorbell.
 * Behaviour as in QEMU's hw/char/pl011.c.
 */
export const Pl011Uart = {
  UARTDR: 0x000,
  /** Read only. */
  UARTFR: 0x018,
  UARTIBRD: 0x024,
  UARTFBRD: 0x028,
  /** To be written after the divisors: it latches them. */
  UARTLCR_H: 0x02c,
  UARTCR: 0x030,
  UARTIFLS: 0x034,
  /** A set bit lets the interrupt through. */
  UARTIMSC: 0x038,
  /** Read only: before and behind UARTIMSC. */
  UARTRIS: 0x03c,
  UARTMIS: 0x040,
  /** Write 1 to clear. */
  UARTICR: 0x044,
} as const;

export const UARTFR_RXFE = 1 << 4;
export const UARTFR_TXFF = 1 << 5;
export const UARTFR_RXFF = 1 << 6;
export const UARTFR_TXFE = 1 << 7;
/** FIFOs on; without them each way holds one byte. */
export const UARTLCR_H_FEN = 1 << 4;
/** Eight bits. */
export const UARTLCR_H_WLEN8 = 0b11 << 5;
export const UARTCR_UARTEN = 1 << 0;
export const UARTCR_TXE = 1 << 8;
export const UARTCR_RXE = 1 << 9;
/** Receive and transmit interrupt, at the same places of UARTIMSC, UARTRIS, UARTMIS and UARTICR. */
export const UARTINT_RX = 1 << 4;
export const UARTINT_TX = 1 << 5;
