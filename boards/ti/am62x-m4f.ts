import { NO_MACHINE_CODE } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { am6xM4f, m4fRams } from './am6x-m4f.js';
import { k3Memory } from './k3.js';

/** Unknown: the firmware's default name, the mailbox at the M4F's side. */
export const am62xM4f = defineBoard({
  extends: am6xM4f,
  name: 'am62x-m4f',
  description: `TI AM62x Cortex-M4F; ${NO_MACHINE_CODE}`,
  ...k3Memory({
    pool: 0x9cb00000,
    firmware: 0x9cc00000,
    firmwareLen: 0xe00000,
    tree: 'AM62 board device tree',
    internal: m4fRams('k3-am62-mcu.dtsi'),
  }),
});
