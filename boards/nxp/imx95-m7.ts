import type { Board } from '../board.js';
import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { att, imxLinux, muV2 } from './imx-rproc.js';

/** Cortex-M7 of an i.MX95. The driver knows it since after 6.12. */
export const imx95: Board = {
  name: 'imx95',
  description: 'NXP i.MX95 Cortex-M7',
  cpu: 'cortex-m7',
  // SCMI gets e_entry & 0xFFFF0000.
  boot: { kind: 'entry', align: 0x10000 },
  memory: [],
  translation: att('imx_rproc_att_imx95_m7', [
    [0x00000000, 0x203c0000, 0x40000, 'own'],
    [0x20000000, 0x20400000, 0x40000, 'own'],
    [0x80000000, 0x80000000, 0x50000000],
  ]),
  engine: engineLimits(0x40000),
  watchdogMs: 500,
  linux: { ...imxLinux('imx95-cm7'), since: '7.2' },
};

const own = 'own row of imx_rproc_att_imx95_m7, drivers/remoteproc/imx_rproc.c';
const smarc = 'imx95-toradex-smarc.dtsi (board example)';

/** The image goes to the DDR that the board keeps for the M7. */
export const imx95M7 = defineBoard({
  extends: imx95,
  name: 'imx95-m7',
  description: `NXP i.MX95 Cortex-M7 with the regions of the Toradex SMARC module; ${NO_MACHINE_CODE}`,
  memory: [
    { name: 'memory', da: 0x80000000, len: 0x1000000, use: 'image', origin: smarc },
    { name: 'dtcm', da: 0x20000000, pa: 0x20400000, len: 0x40000, use: 'image', internal: true, origin: own },
    { name: 'itcm', da: 0x00000000, pa: 0x203c0000, len: 0x40000, use: 'image', internal: true, origin: own },
    { name: 'vdev0vring0', da: 0x88000000, len: 0x8000, use: 'named', origin: smarc },
    { name: 'vdev0vring1', da: 0x88008000, len: 0x8000, use: 'named', origin: smarc },
    { name: 'vdevbuffer', da: 0x88020000, len: 0x100000, use: 'pool', origin: smarc },
    { name: 'rsc-table', da: 0x88220000, len: 0x1000, use: 'table', origin: smarc },
  ],
  // Unknown: the MU's address on the remote's side.
  mailbox: muV2(0x42430000, `MU7, ${smarc}`),
  attachTableBytes: 1024,
  engine: engineLimits(0x1000000),
  linux: imxLinux('remoteproc-cm7'),
});
