import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { DDR, xlnxR5 } from './xlnx-r5.js';

/**
 * The TCM banks are in the board's device tree only, and none was read: so there are none here, and the vectors at
 * device address 0 have no memory. The DDR region is ZynqMP's example; a real board has its own, with da = pa.
 */
export const versalR5 = defineBoard({
  extends: xlnxR5,
  name: 'versal-r5',
  description: `AMD Versal Cortex-R5F, DDR only because its TCM is not known here; ${NO_MACHINE_CODE}`,
  memory: [{ ...DDR, origin: 'example of zynqmp.dtsi, no Versal device tree was read' }],
});
