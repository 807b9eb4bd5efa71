import type { Board } from '../board.js';
import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { att, imxLinux, muV2 } from './imx-rproc.js';

/** Cortex-M33 of an i.MX93. Code and system memory have a non-secure and a secure address each. */
export const imx93: Board = {
  name: 'imx93',
  description: 'NXP i.MX93 Cortex-M33',
  cpu: 'cortex-m33',
  // Trusted Firmware starts the core (SMC 0xC2000005); from which address is not in what was read.
  boot: { kind: 'unknown' },
  memory: [],
  translation: att('imx_rproc_att_imx93', [
    [0x0ffc0000, 0x201c0000, 0x40000, 'own'],
    [0x1ffc0000, 0x201c0000, 0x40000, 'own'],
    [0x20000000, 0x20200000, 0x40000, 'own'],
    [0x30000000, 0x20200000, 0x40000, 'own'],
    [0x80000000, 0x80000000, 0x10000000],
    [0x90000000, 0x80000000, 0x10000000],
    [0xc0000000, 0xc0000000, 0x10000000],
    [0xd0000000, 0xc0000000, 0x10000000],
  ]),
  // Unknown: the MU's address on the remote's side.
  mailbox: muV2(0x44230000, 'MU1, i.MX93 device tree'),
  engine: engineLimits(0x40000),
  watchdogMs: 500,
  linux: imxLinux('remoteproc-cm33'),
};

const own = 'own row of imx_rproc_att_imx93, drivers/remoteproc/imx_rproc.c';
const evk = 'imx93-11x11-evk.dts (board example)';

/**
 * The rings and buffers lie in DDR that is in no row of the driver's table: Linux says so in its log and goes on with
 * the carveouts. The table region is a part of system memory.
 */
export const imx93M33 = defineBoard({
  extends: imx93,
  name: 'imx93-m33',
  description: `NXP i.MX93 Cortex-M33 with the regions of the 11x11 EVK; ${NO_MACHINE_CODE}`,
  memory: [
    {
      name: 'tcm-sys',
      da: 0x20000000,
      pa: 0x20200000,
      len: 0x1e000,
      use: 'image',
      internal: true,
      origin: own,
    },
    { name: 'rsc-table', da: 0x2001e000, pa: 0x2021e000, len: 0x1000, use: 'table', origin: evk },
    {
      name: 'tcm-sys-end',
      da: 0x2001f000,
      pa: 0x2021f000,
      len: 0x21000,
      use: 'image',
      internal: true,
      origin: own,
    },
    {
      name: 'tcm-code',
      da: 0x0ffc0000,
      pa: 0x201c0000,
      len: 0x40000,
      use: 'image',
      internal: true,
      origin: own,
    },
    { name: 'vdev0vring0', da: 0xa4000000, len: 0x8000, use: 'named', origin: evk },
    { name: 'vdev0vring1', da: 0xa4008000, len: 0x8000, use: 'named', origin: evk },
    { name: 'vdev1vring0', da: 0xa4010000, len: 0x8000, use: 'named', origin: evk },
    { name: 'vdev1vring1', da: 0xa4018000, len: 0x8000, use: 'named', origin: evk },
    { name: 'vdevbuffer', da: 0xa4020000, len: 0x100000, use: 'pool', origin: evk },
  ],
  translation: [{ name: 'reserved', da: 0xa4000000, len: 0x120000, carveouts: true, origin: evk }],
  attachTableBytes: 1024,
});
