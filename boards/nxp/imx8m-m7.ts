import type { Board } from '../board.js';
import { engineLimits } from '../engine-limits.js';
import { att, imx8mMu, imxLinux } from './imx-rproc.js';

/** Cortex-M7 of an i.MX8M Nano or 8M Plus: the driver has one table for both. */
export const imx8mM7: Board = {
  name: 'imx8m-m7',
  description: 'NXP i.MX8M Nano or Plus Cortex-M7',
  cpu: 'cortex-m7',
  // Trusted Firmware only releases the core (SMC 0xC2000005), which then reads its vectors from the ITCM: u-boot writes stack
  // pointer and first instruction there (arch/arm/mach-imx/imx_bootaux.c).
  boot: { kind: 'vectors-at', da: 0 },
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
  mailbox: imx8mMu,
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
