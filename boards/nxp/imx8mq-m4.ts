import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { imx8m, imx8mTcm } from './imx8m-m4.js';

/**
 * Only the SoC's own memory: no board example was read, so rings, buffers, a table region and DDR for the core are
 * unknown here. An rpmsg firmware needs a board that extends `imx8m` with its device tree's regions.
 */
export const imx8mqM4 = defineBoard({
  extends: imx8m,
  name: 'imx8mq-m4',
  description: `NXP i.MX8M Quad Cortex-M4, tightly coupled memory only; ${NO_MACHINE_CODE}`,
  memory: imx8mTcm,
});
