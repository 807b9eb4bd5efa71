import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { am6xM4f, m4fRams } from './am6x-m4f.js';
import { k3Mailbox, k3Memory } from './k3.js';

/** Unknown: the firmware's default name, the mailbox at the M4F's side. */
export const am64xM4f = defineBoard({
  extends: am6xM4f,
  name: 'am64x-m4f',
  description: `TI AM64x Cortex-M4F; ${NO_MACHINE_CODE}`,
  ...k3Memory({
    pool: 0xa4000000,
    // The cores' regions are laid out alike, 16 MiB apart.
    firmware: 0xa4100000,
    firmwareLen: 0xf00000,
    tree: 'AM64 board device tree',
    internal: m4fRams('k3-am64-mcu.dtsi'),
  }),
  mailbox: k3Mailbox(0x29060000, 'AM64x device tree, mailbox cluster'),
});
