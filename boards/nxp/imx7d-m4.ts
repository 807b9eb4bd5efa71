import type { Board } from '../board.js';
import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { att, imxLinux, mu } from './imx-rproc.js';

/** Cortex-M4 of an i.MX7D. */
export const imx7d: Board = {
  name: 'imx7d',
  description: 'NXP i.MX7D Cortex-M4',
  cpu: 'cortex-m4',
  // No boot address is programmed; the first row is what the core sees at its reset address.
  boot: { kind: 'vectors-at', da: 0 },
  memory: [],
  translation: att('imx_rproc_att_imx7d', [
    [0x00000000, 0x00180000, 0x8000],
    [0x00180000, 0x00180000, 0x8000, 'own'],
    [0x00900000, 0x00900000, 0x20000],
    [0x00920000, 0x00920000, 0x20000],
    [0x00940000, 0x00940000, 0x8000],
    [0x1fff8000, 0x007f8000, 0x8000, 'own'],
    [0x10000000, 0x80000000, 0xfff0000],
    [0x20000000, 0x00800000, 0x8000, 'own'],
    [0x20200000, 0x00900000, 0x20000],
    [0x20220000, 0x00920000, 0x20000],
    [0x20240000, 0x00940000, 0x8000],
    [0x80000000, 0x80000000, 0x60000000],
  ]),
  mailbox: mu(0x30aa0000, 0x30ab0000, 'MU A and B side, i.MX7 device tree'),
  engine: engineLimits(0x10000),
  watchdogMs: 500,
  // The host is a Cortex-A7.
  linux: { ...imxLinux('imx7d-cm4'), hostBits: 32 },
};

const own = 'own row of imx_rproc_att_imx7d, drivers/remoteproc/imx_rproc.c';

/**
 * Only the SoC's own memory: no board example was read, so rings, buffers, a table region and DDR for the core are
 * unknown here. An rpmsg firmware needs a board that extends `imx7d` with its device tree's regions.
 */
export const imx7dM4 = defineBoard({
  extends: imx7d,
  name: 'imx7d-m4',
  description: `NXP i.MX7D Cortex-M4, tightly coupled memory only; ${NO_MACHINE_CODE}`,
  memory: [
    { name: 'tcmu', da: 0x20000000, pa: 0x00800000, len: 0x8000, use: 'image', internal: true, origin: own },
    { name: 'tcml', da: 0x1fff8000, pa: 0x007f8000, len: 0x8000, use: 'image', internal: true, origin: own },
    { name: 'ocram-s', da: 0x00180000, len: 0x8000, use: 'image', internal: true, origin: own },
  ],
});
