/**
 * Registers of the i.MX Messaging Unit. One side's view: A and B have the same layout at bases of their own; what one
 * writes to TRn the other reads from RRn. Source: `struct imx_mu_dcfg` and the bit macros of drivers/mailbox/imx-mailbox.c.
 */

/** Where the registers of one kind of MU are, and how bit n of four is placed in them. */
export interface ImxMuLayout {
  /** Transmit and receive register 0 of four, 4 bytes apart. */
  readonly TR: number;
  readonly RR: number;
  /** Status: transmit register empty, receive register full. */
  readonly TSR: number;
  readonly RSR: number;
  /** Control: transmit interrupt enable, receive interrupt enable. */
  readonly TCR: number;
  readonly RCR: number;
  /** Bit of register 3; register 0 is three bits above it. Absent in v2, where bit n belongs to register n. */
  readonly bits?: { readonly TE: number; readonly RF: number };
}

/** SR and CR hold all flags: TEn in 23..20, RFn in 27..24, and the enables at the same places of CR. */
const v1 = { TE: 20, RF: 24 } as const;

/** The layouts by the names that boards use (`MailboxData.layout`). */
export const imxMuLayouts = {
  /** `fsl,imx6sx-mu`: i.MX6SX, 7D, 8M family. SR +0x20, CR +0x24. */
  imx6sx: { TR: 0x00, RR: 0x10, TSR: 0x20, RSR: 0x20, TCR: 0x24, RCR: 0x24, bits: v1 },
  /** `fsl,imx7ulp-mu`: SR +0x60, CR +0x64. */
  imx7ulp: { TR: 0x20, RR: 0x40, TSR: 0x60, RSR: 0x60, TCR: 0x64, RCR: 0x64, bits: v1 },
  /** `fsl,imx8ulp-mu`: i.MX8ULP, 93, 95. Registers of their own for each kind of flag. */
  v2: { TR: 0x200, RR: 0x280, TSR: 0x124, RSR: 0x12c, TCR: 0x120, RCR: 0x128 },
} as const satisfies { readonly [name: string]: ImxMuLayout };

export type ImxMuLayoutName = keyof typeof imxMuLayouts;

/** TEn in TSR, and TIEn in TCR: the enable sits where its flag does. */
export function muTransmit(layout: ImxMuLayout, n: number): number {
  return layout.bits ? 1 << (layout.bits.TE + 3 - n) : 1 << n;
}

/** RFn in RSR, and RIEn in RCR. */
export function muReceive(layout: ImxMuLayout, n: number): number {
  return layout.bits ? 1 << (layout.bits.RF + 3 - n) : 1 << n;
}
