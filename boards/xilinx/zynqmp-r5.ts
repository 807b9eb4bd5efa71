import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { DDR, xlnxR5 } from './xlnx-r5.js';

const banks =
  'zynqmp_tcm_banks_split in drivers/remoteproc/xlnx_r5_remoteproc.c; a device tree may say otherwise';

/**
 * R5_0 in split mode. A segment must fit in one bank. An rpmsg firmware needs a board that extends this one with
 * its device tree's `vdev0vring0`, `vdev0vring1` and `vdev0buffer`.
 */
export const zynqmpR5 = defineBoard({
  extends: xlnxR5,
  name: 'zynqmp-r5',
  description: `AMD Zynq UltraScale+ Cortex-R5F, R5_0 in split mode; ${NO_MACHINE_CODE}`,
  memory: [
    { ...DDR, origin: 'first firmware image of zynqmp.dtsi (example)' },
    { name: 'atcm0', da: 0x00000, pa: 0xffe00000, len: 0x10000, use: 'image', internal: true, origin: banks },
    { name: 'btcm0', da: 0x20000, pa: 0xffe20000, len: 0x10000, use: 'image', internal: true, origin: banks },
  ],
  linux: { processor: 'ffe00000.r5f', device: 'platform ffe00000.r5f' },
});
