import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { k3Linux, k3Mailbox, k3Memory, r5Tcm } from './k3.js';
import { k3R5f } from './k3-r5f.js';

/**
 * Core 0 of the first cluster, in split mode: its TCMs have 32 KiB each; in single-CPU mode it has 64 KiB each.
 * Unknown: the mailbox at the R5F's side.
 */
export const am64xR5f = defineBoard({
  extends: k3R5f,
  name: 'am64x-r5f',
  description: `TI AM64x Cortex-R5F, main 0_0 in split mode; ${NO_MACHINE_CODE}`,
  ...k3Memory({
    pool: 0xa0000000,
    firmware: 0xa0100000,
    firmwareLen: 0xf00000,
    tree: 'AM64 board device tree',
    internal: r5Tcm(0x78000000, 0x78100000, 0x8000, 'AM64x device tree, halved in split mode'),
  }),
  mailbox: k3Mailbox(0x29020000, 'AM64x device tree, mailbox cluster'),
  linux: k3Linux('ti_k3_r5', '78000000.r5f', 'am64-main-r5f0_0-fw'),
});
