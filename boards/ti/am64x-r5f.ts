import { NOT_ON_SILICON } from '../cpus.js';
import { defineBoard } from '../define-board.js';
import { k3CoreMailbox, k3Crash, k3Linux, k3Memory, r5Tcm } from './k3.js';
import { k3R5f } from './k3-r5f.js';

const MAILBOX = 0x29020000;

/** Core 0 of the first cluster, in split mode: its TCMs have 32 KiB each; in single-CPU mode it has 64 KiB each. */
export const am64xR5f = defineBoard({
  extends: k3R5f,
  name: 'am64x-r5f',
  description: `TI AM64x Cortex-R5F, main 0_0 in split mode; ${NOT_ON_SILICON}`,
  ...k3Memory({
    pool: 0xa0000000,
    firmware: 0xa0100000,
    firmwareLen: 0xf00000,
    tree: 'AM64 board device tree',
    internal: r5Tcm(0x78000000, 0x78100000, 0x8000, 'AM64x device tree, halved in split mode'),
  }),
  mailbox: k3CoreMailbox(
    MAILBOX,
    { hostUser: 2, remoteUser: 0 },
    'AM64x device tree, mailbox cluster; the core side: ipc_notify_v0_cfg.c of mcupsdk-core and zephyr am64x_r5f0_0.dtsi',
  ),
  native: {
    // The CPU clock of zephyr's am64x_r5.dtsi; the PMU counts it.
    timer: { type: 'pmu', hz: 800_000_000 },
    irqc: { type: 'vim', base: 0x2fff0000 },
    // MAILBOX0_CLUSTER_2 PEND_0.
    mailboxIrqs: [98],
    crash: k3Crash(MAILBOX),
    place: { vectors: 'atcm', code: 'firmware', data: 'firmware' },
    proven: false,
    origin: 'zephyr dts/arm/ti/am64x_r5.dtsi; cslr_intr_r5fss0_core0.h of mcupsdk-core',
  },
  linux: k3Linux('ti_k3_r5', '78000000.r5f', 'am64-main-r5f0_0-fw'),
});
