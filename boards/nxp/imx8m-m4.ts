import type { Board } from '../board.js';
import { engineLimits } from '../engine-limits.js';
import { att, imx8mMu, imxLinux } from './imx-rproc.js';

/** Cortex-M4 of an i.MX8M Quad or 8M Mini: the driver has one table for both. */
export const imx8m: Board = {
  name: 'imx8m',
  description: 'NXP i.MX8M Quad or Mini Cortex-M4',
  cpu: 'cortex-m4',
  // No boot address is programmed; the first row is what the core sees at its reset address.
  boot: { kind: 'vectors-at', da: 0 },
  memory: [],
  translation: att('imx_rproc_att_imx8mq', [
    [0x00000000, 0x007e0000, 0x20000],
    [0x00180000, 0x00180000, 0x8000],
    [0x00900000, 0x00900000, 0x20000],
    [0x00920000, 0x00920000, 0x20000],
    [0x08000000, 0x08000000, 0x8000000],
    [0x10000000, 0x40000000, 0xffe0000],
    [0x1ffe0000, 0x007e0000, 0x40000, 'own'],
    [0x20180000, 0x00180000, 0x8000, 'own'],
    [0x20200000, 0x00900000, 0x20000, 'own'],
    [0x20220000, 0x00920000, 0x20000, 'own'],
    [0x40000000, 0x40000000, 0x80000000],
  ]),
  mailbox: imx8mMu,
  engine: engineLimits(0x40000),
  watchdogMs: 500,
  linux: imxLinux('imx8mq-cm4'),
};

const own = 'own row 6 of imx_rproc_att_imx8mq, drivers/remoteproc/imx_rproc.c';

/**
 * The row of 256 KiB in two halves, as the reset address shows the lower one only. The on-chip RAM rows are loadable
 * too, but who else uses that RAM is not in what was read.
 */
export const imx8mTcm = [
  { name: 'tcmu', da: 0x20000000, pa: 0x00800000, len: 0x20000, use: 'image', internal: true, origin: own },
  { name: 'tcml', da: 0x1ffe0000, pa: 0x007e0000, len: 0x20000, use: 'image', internal: true, origin: own },
] as const;
