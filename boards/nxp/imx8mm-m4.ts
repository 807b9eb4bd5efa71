import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { imxLinux } from './imx-rproc.js';
import { imx8m, imx8mTcm } from './imx8m-m4.js';

const phycore = 'imx8mm-phycore-rpmsg.dtso (board example)';

/** The rings, buffers and table region are those of the phyCORE overlay. */
export const imx8mmM4 = defineBoard({
  extends: imx8m,
  name: 'imx8mm-m4',
  description: `NXP i.MX8M Mini Cortex-M4 with the regions of a phyCORE-i.MX8MM; ${NO_MACHINE_CODE}`,
  memory: [
    ...imx8mTcm,
    { name: 'vdev0vring0', da: 0xb8000000, len: 0x8000, use: 'named', origin: phycore },
    { name: 'vdev0vring1', da: 0xb8008000, len: 0x8000, use: 'named', origin: phycore },
    { name: 'rsc-table', da: 0xb80ff000, len: 0x1000, use: 'table', origin: phycore },
    { name: 'vdevbuffer', da: 0xb8400000, len: 0x100000, use: 'pool', origin: phycore },
  ],
  attachTableBytes: 1024,
  linux: imxLinux('core-m4'),
});
