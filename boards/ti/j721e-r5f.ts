import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { k3Linux, k3Mailbox, k3Memory, r5Tcm } from './k3.js';
import { k3R5f } from './k3-r5f.js';

/** Core 0 of the MCU cluster. BTCM has the same address on both sides. Unknown: the mailbox at the R5F's side. */
export const j721eR5f = defineBoard({
  extends: k3R5f,
  name: 'j721e-r5f',
  description: `TI J721E Cortex-R5F, mcu 0_0; ${NO_MACHINE_CODE}`,
  ...k3Memory({
    pool: 0xa0000000,
    firmware: 0xa0100000,
    firmwareLen: 0xf00000,
    tree: 'J721E board device tree',
    internal: r5Tcm(0x41000000, 0x41010000, 0x8000, 'J721E device tree'),
  }),
  mailbox: k3Mailbox(0x31f80000, 'J721E device tree, mailbox cluster 0'),
  linux: k3Linux('ti_k3_r5', '41000000.r5f', 'j7-mcu-r5f0_0-fw'),
});
