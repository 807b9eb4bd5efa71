import { NOT_ON_SILICON } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { engineLimits } from '../engine-limits.js';
import { IMX8M_MU_IRQ, imxLinux } from './imx-rproc.js';
import { imx8m, imx8mTcm } from './imx8m-m4.js';

const phycore = 'imx8mm-phycore-rpmsg.dtso (board example)';
const DDR = 0x1000000;

/**
 * Rings, buffers and table region are those of the phyCORE overlay, the core's part of the DDR that of NXP's EVK. The
 * overlay's own (0xB7000000) is where an Armv7-M core executes nothing before its protection unit is on.
 */
export const imx8mmM4 = defineBoard({
  extends: imx8m,
  name: 'imx8mm-m4',
  description: `NXP i.MX8M Mini Cortex-M4 with the rings of a phyCORE-i.MX8MM; ${NOT_ON_SILICON}`,
  memory: [
    {
      ...{ name: 'm4', da: 0x80000000, len: DDR, use: 'image' },
      origin: 'm4@80000000, reserved-memory of imx8mm-evk-rpmsg.dts (NXP)',
    },
    ...imx8mTcm,
    { name: 'vdev0vring0', da: 0xb8000000, len: 0x8000, use: 'named', origin: phycore },
    { name: 'vdev0vring1', da: 0xb8008000, len: 0x8000, use: 'named', origin: phycore },
    { name: 'rsc-table', da: 0xb80ff000, len: 0x1000, use: 'table', origin: phycore },
    { name: 'vdevbuffer', da: 0xb8400000, len: 0x100000, use: 'pool', origin: phycore },
  ],
  attachTableBytes: 1024,
  engine: engineLimits(DDR),
  native: {
    // DEFAULT_SYSTEM_CLOCK; the boot loader decides.
    timer: { type: 'systick', hz: 400_000_000 },
    irqc: { type: 'nvic' },
    mailboxIrqs: [IMX8M_MU_IRQ],
    // The core sees its lower TCM at 0 too, where it reads its vectors at reset.
    place: { vectors: 'tcml', code: 'm4', data: 'm4' },
    proven: false,
    origin: 'MIMX8MM6_cm4.h and system_MIMX8MM6_cm4.h of NXP',
  },
  linux: imxLinux('core-m4'),
});
