/**
 * Registers of the STM32 IPCC, spelled as in RM0436 (IPCC_C1CR ...). Source: drivers/mailbox/stm32-ipcc.c, which calls
 * them XCR, XMR, XSCR, XTOYSR; base and channels from arch/arm/boot/dts/st/stm32mp151.dtsi.
 */

/** Bytes between the registers of processor 0 (Linux, C1 in the manual) and processor 1 (the remote, C2). */
export const IPCC_PROC = 0x10;

/** Offsets from a processor's first register. */
export const Ipcc = {
  /** IPCC_CxCR: interrupt enables. */
  CR: 0x00,
  /** IPCC_CxMR: a set bit masks; low half receive ("occupied"), high half transmit ("free"). */
  MR: 0x04,
  /** IPCC_CxSCR: low half clears "occupied" of the other side's channels, high half sets that of the own. Reads 0. */
  SCR: 0x08,
  /** IPCC_CxTOCySR: own channels that are occupied. Read only. */
  SR: 0x0c,
} as const;

/** IPCC_CxCR: receive channel occupied, interrupt enable. */
export const IPCC_CR_RXOIE = 0x00000001;
/** IPCC_CxCR: transmit channel free, interrupt enable (XCR_TXOIE in the Linux driver). */
export const IPCC_CR_TXFIE = 0x00010000;
/** Where the transmit half of MR and SCR starts. */
export const IPCC_TX_SHIFT = 16;
/** IPCC_HWCFGR, from the IPCC's base: bits 0 to 7 are the number of channels. */
export const IPCC_HWCFGR = 0x3f0;
