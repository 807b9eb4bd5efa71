import { NOT_ON_SILICON } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { IMX8M_MU_IRQ, imxLinux } from './imx-rproc.js';
import { imx8mM7, imx8mM7Tcm } from './imx8m-m7.js';

const evk = 'reserved-memory of imx8mp-evk-rpmsg.dts (NXP)';
const DDR = 0x1000000;

export const imx8mpM7 = defineBoard({
  extends: imx8mM7,
  name: 'imx8mp-m7',
  description: `NXP i.MX8M Plus Cortex-M7 with the regions of the EVK; ${NOT_ON_SILICON}`,
  memory: [
    { name: 'm7', da: 0x80000000, len: DDR, use: 'image', origin: evk },
    ...imx8mM7Tcm,
    { name: 'vdev0vring0', da: 0x55000000, len: 0x8000, use: 'named', origin: evk },
    { name: 'vdev0vring1', da: 0x55008000, len: 0x8000, use: 'named', origin: evk },
    { name: 'rsc-table', da: 0x550ff000, len: 0x1000, use: 'table', origin: evk },
    { name: 'vdevbuffer', da: 0x55400000, len: 0x100000, use: 'pool', origin: evk },
  ],
  attachTableBytes: 1024,
  engine: engineLimits(DDR),
  native: {
    // DEFAULT_SYSTEM_CLOCK; the boot loader decides.
    timer: { type: 'systick', hz: 800_000_000 },
    irqc: { type: 'nvic' },
    mailboxIrqs: [IMX8M_MU_IRQ],
    place: { vectors: 'itcm', code: 'm7', data: 'm7' },
    proven: false,
    origin: 'MIMX8ML8_cm7_COMMON.h and system_MIMX8ML8_cm7.h of NXP',
  },
  linux: imxLinux('imx8mp-cm7'),
});
