/** What the boards behind imx_rproc.c have in common. */
import type { LinuxSide, MailboxData, TranslationRow } from '../board.js';

/** Device address, physical address, bytes, and whether the driver maps the row at probe. */
export type AttRow = readonly [da: number, pa: number, len: number, own?: 'own'];

/** A driver's address table in its order: the first row that holds a range decides. */
export function att(table: string, rows: readonly AttRow[]): TranslationRow[] {
  return rows.map(([da, pa, len, own], i) => ({
    name: `att${i}`,
    da,
    pa,
    len,
    ...(own ? { own: true } : {}),
    origin: `${table} in drivers/remoteproc/imx_rproc.c, row ${i}`,
  }));
}

/** `node` is the device-tree node, which is the processor's name after 6.12. */
export function imxLinux(node: string): LinuxSide {
  return {
    processor: node,
    processorUnder: { '6.1': 'imx-rproc', '6.12': 'imx-rproc' },
    driver: 'imx_rproc',
    device: `imx-rproc ${node}`,
    hasIommu: false,
    // Only with `fsl,auto-boot` in the device tree.
    autoBoot: false,
    recovery: true,
    tableRequired: false,
    strictEnds: true,
  };
}

/** `tx = <mu 0 1>, rx = <mu 1 1>, rxdb = <mu 3 1>`: data register 1 in all board files. */
const channels = { tx: 1, rx: 1, rxdb: 1 };

/** Registers TR +0x00, RR +0x10, status +0x20, control +0x24. `remoteBase`: the M core's side (B). */
export function mu(linuxBase: number, remoteBase: number, origin: string): MailboxData {
  return { type: 'imx-mu', layout: 'imx6sx', linuxBase, remoteBase, channels, origin };
}

/** Side B of the i.MX8M's MU, and its interrupt on the M core. */
export const imx8mMu = mu(
  0x30aa0000,
  0x30ab0000,
  'i.MX8M device trees; side B: MUB_BASE in MIMX8MQ5_cm4_COMMON.h and MIMX8ML8_cm7_COMMON.h of NXP',
);
export const IMX8M_MU_IRQ = 97;

/** Registers TR +0x200, RR +0x280, SR +0xC, GSR +0x118, TSR +0x124, RSR +0x12C. */
export function muV2(linuxBase: number, origin: string): MailboxData {
  return { type: 'imx-mu', layout: 'v2', linuxBase, channels, origin };
}
