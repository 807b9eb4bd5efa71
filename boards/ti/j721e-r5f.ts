import { NOT_ON_SILICON } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { k3CoreMailbox, k3Crash, k3Linux, k3Memory, r5Tcm } from './k3.js';
import { k3R5f } from './k3-r5f.js';

const MAILBOX = 0x31f80000;

/** Core 0 of the MCU cluster. BTCM has the same address on both sides. */
export const j721eR5f = defineBoard({
  extends: k3R5f,
  name: 'j721e-r5f',
  description: `TI J721E Cortex-R5F, mcu 0_0; ${NOT_ON_SILICON}`,
  ...k3Memory({
    pool: 0xa0000000,
    firmware: 0xa0100000,
    firmwareLen: 0xf00000,
    tree: 'J721E board device tree',
    internal: r5Tcm(0x41000000, 0x41010000, 0x8000, 'J721E device tree'),
  }),
  mailbox: k3CoreMailbox(
    MAILBOX,
    { hostUser: 0, remoteUser: 2 },
    'J721E device tree, mailbox cluster 0; the core side: zephyr j721e_mcu_r5.dtsi and j721e_mcu_r5f0_0.dtsi',
  ),
  native: {
    timer: { type: 'pmu', hz: 1_000_000_000 },
    irqc: { type: 'vim', base: 0x40f80000 },
    // VIM 376, but only once a TISCI request has routed it there, which nobody here makes: the mailbox is polled.
    mailboxIrqs: [],
    crash: k3Crash(MAILBOX),
    place: { vectors: 'atcm', code: 'firmware', data: 'firmware' },
    proven: false,
    origin:
      'zephyr j721e_mcu_r5.dtsi; the clock is the nominal 1 GHz of the MCU domain, which was not looked up',
  },
  linux: k3Linux('ti_k3_r5', '41000000.r5f', 'j7-mcu-r5f0_0-fw'),
});
