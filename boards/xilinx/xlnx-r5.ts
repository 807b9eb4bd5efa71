import type { Board } from '../board.js';
import { engineLimits } from '../engine-limits.js';

/**
 * Cortex-R5F behind xlnx_r5_remoteproc.c, which has no translation of its own: every TCM bank and every reserved
 * region is a carveout, DDR with da = pa. Unknown: vring and buffer regions (no board example was read), and the IPI
 * registers and buffers. When Linux attaches, a descriptor at the base of the first region tells the table's size.
 */
export const xlnxR5: Board = {
  name: 'xlnx-r5',
  description: 'AMD Cortex-R5F',
  cpu: 'cortex-r5f',
  // e_entry from 0xFFFC0000 on selects the high vectors, any other the low ones.
  boot: { kind: 'vectors-at', da: 0 },
  memory: [],
  mailbox: { type: 'zynqmp-ipi', origin: 'drivers/mailbox/zynqmp-ipi-mailbox.c; kicks go through TF-A' },
  engine: engineLimits(0x40000),
  watchdogMs: 500,
  linux: {
    processor: 'r5f_0',
    driver: 'xlnx_r5',
    device: 'platform r5f_0',
    hasIommu: false,
    // Only with `firmware-name`, and only after 6.12.
    autoBoot: false,
    recovery: false,
    tableRequired: false,
  },
};

/** The first firmware region of the ZynqMP device tree; regions of other boards follow the same rule (da = pa). */
export const DDR = { name: 'firmware', da: 0x3ed00000, len: 0x40000, use: 'image' } as const;
