import type { Board } from '../board.js';
import { engineLimits } from '../engine-limits.js';
import { att, imxLinux, mu } from './imx-rproc.js';

/** Cortex-M7 of an i.MX8M Nano or 8M Plus: the driver has one table for both. */
export const imx8mM7: Board = {
  name: 'imx8m-m7',
  description: 'NXP i.MX8M Nano or Plus Cortex-M7',
  cpu: 'cortex-m7',
  // Trusted Firmware starts the core (SMC 0xC2000005); from which address is not in what was read.
  boot: { kind: 'unknown' },
  memory: [],
  translation: att('imx_rproc_att_imx8mn', [
    [0x00000000, 0x007e0000, 0x20000, 'own'],
    [0x00180000, 0x00180000, 0x9000],
    [0x00900000, 0x00900000, 0x20000],
    [0x00920000, 0x00920000, 0x20000],
    [0x00940000, 0x00940000, 0x50000],
    [0x08000000, 0x08000000, 0x8000000],
    [0x10000000, 0x40000000, 0xffe0000],
    [0x20000000, 0x00800000, 0x20000, 'own'],
    [0x20180000, 0x00180000, 0x8000, 'own'],
    [0x20200000, 0x00900000, 0x20000, 'own'],
    [0x20220000, 0x00920000, 0x20000, 'own'],
    [0x20240000, 0x00940000, 0x40000, 'own'],
    [0x40000000, 0x40000000, 0x80000000],
  ]),
  // Unknown: the MU's address on the remote's side.
  mailbox: mu(0x30aa0000, 'i.MX8M device trees'),
  engine: engineLimits(0x20000),
  watchdogMs: 500,
  linux: imxLinux('imx8mn-cm7'),
};

const own = 'own row of imx_rproc_att_imx8mn, drivers/remoteproc/imx_rproc.c';

/** The on-chip RAM rows are loadable too, but who else uses that RAM is not in what was read. */
export const imx8mM7Tcm = [
  { name: 'dtcm', da: 0x20000000, pa: 0x00800000, len: 0x20000, use: 'image', internal: true, origin: own },
  { name: 'itcm', da: 0x00000000, pa: 0x007e0000, len: 0x20000, use: 'image', internal: true, origin: own },
] as const;
