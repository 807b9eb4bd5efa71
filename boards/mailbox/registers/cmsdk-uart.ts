/**
 * Registers of Arm's CMSDK APB UART (Arm DDI 0479, section 4.3), which QEMU's mps2 machines have and which serves there
 * as a doorbell: one byte is one kick. Behaviour as in QEMU's hw/char/cmsdk-apb-uart.c.
 */
export const CmsdkUart = {
  DATA: 0x00,
  STATE: 0x04,
  CTRL: 0x08,
  /** Write 1 to clear. */
  INTSTATUS: 0x0c,
  /** 16 is the smallest value that counts as set. */
  BAUDDIV: 0x10,
} as const;

export const STATE_TXFULL = 1 << 0;
export const STATE_RXFULL = 1 << 1;
export const STATE_TXOVERRUN = 1 << 2;
export const CTRL_TX_EN = 1 << 0;
export const CTRL_RX_EN = 1 << 1;
export const CTRL_TX_INTEN = 1 << 2;
export const CTRL_RX_INTEN = 1 << 3;
export const INTSTATUS_TX = 1 << 0;
export const INTSTATUS_RX = 1 << 1;
export const BAUDDIV_MIN = 16;
