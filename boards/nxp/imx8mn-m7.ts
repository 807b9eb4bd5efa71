import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { imx8mM7, imx8mM7Tcm } from './imx8m-m7.js';

/**
 * Only the SoC's own memory: no board example was read, so rings, buffers, a table region and DDR for the core are
 * unknown here. An rpmsg firmware needs a board that extends `imx8mM7` with its device tree's regions.
 */
export const imx8mnM7 = defineBoard({
  extends: imx8mM7,
  name: 'imx8mn-m7',
  description: `NXP i.MX8M Nano Cortex-M7, tightly coupled memory only; ${NO_MACHINE_CODE}`,
  memory: imx8mM7Tcm,
});
