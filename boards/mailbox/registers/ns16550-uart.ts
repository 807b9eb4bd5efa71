/**
 * Registers of the 16550 UART (National Semiconductor PC16550D, section 8), a byte each. QEMU's `pci-serial` is one, and serves
 * as a doorbell on the riscv32 virt machine. Behaviour as in QEMU's hw/char/serial.c.
 */
export const Ns16550Uart = {
  /** Read: receiver buffer. Write: transmitter holding register. */
  RBR: 0,
  THR: 0,
  IER: 1,
  /** Read: interrupt identification. */
  IIR: 2,
  /** Write: FIFO control. */
  FCR: 2,
  LCR: 3,
  MCR: 4,
  LSR: 5,
} as const;

/** Received data available. */
export const IER_ERBFI = 1 << 0;
/** Transmitter holding register empty. */
export const IER_ETBEI = 1 << 1;
/** Set in IIR while nothing is pending; bits 1 to 3 are the interrupt otherwise. */
export const IIR_NONE = 0b0001;
export const IIR_THR_EMPTY = 0b0010;
export const IIR_DATA = 0b0100;
export const LCR_8_BITS = 0b11;
/** The divisor is where RBR, THR and IER are otherwise. */
export const LCR_DLAB = 1 << 7;
export const MCR_DTR = 1 << 0;
export const MCR_RTS = 1 << 1;
/** Lets the interrupt out on many boards. */
export const MCR_OUT2 = 1 << 3;
/** Data ready. */
export const LSR_DR = 1 << 0;
/** A byte came before the one ahead of it was read. */
export const LSR_OE = 1 << 1;
/** Transmitter holding register empty. */
export const LSR_THRE = 1 << 5;
/** Nothing is left to be sent. */
export const LSR_TEMT = 1 << 6;
