import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { DDR, xlnxR5 } from './xlnx-r5.js';

const banks =
  'zynqmp_tcm_banks_split in drivers/remoteproc/xlnx_r5_remoteproc.c; a device tree may say otherwise';

export const zynqmpTcm = [
  { name: 'atcm0', da: 0x00000, pa: 0xffe00000, len: 0x10000, use: 'image', internal: true, origin: banks },
  { name: 'btcm0', da: 0x20000, pa: 0xffe20000, len: 0x10000, use: 'image', internal: true, origin: banks },
] as const;

/**
 * R5_0 in split mode, with the firmware region of the kernel's device tree, which is too small for a native engine. A
 * segment must fit in one bank. zynqmp-r5-rpmsg has rings, buffers and a larger region.
 */
export const zynqmpR5 = defineBoard({
  extends: xlnxR5,
  name: 'zynqmp-r5',
  description: `AMD Zynq UltraScale+ Cortex-R5F, R5_0 in split mode; ${NO_MACHINE_CODE}`,
  memory: [{ ...DDR, origin: 'first firmware image of zynqmp.dtsi (example)' }, ...zynqmpTcm],
  linux: { processor: 'ffe00000.r5f', device: 'platform ffe00000.r5f' },
});
