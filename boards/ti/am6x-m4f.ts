import type { Board } from '../board.js';
import { engineLimits } from '../engine-limits.js';
import { K3_ATTACH_TABLE_BYTES, k3Linux, k3Mailbox } from './k3.js';

/** Internal RAMs of the M4F, the same in both SoCs. */
export const m4fRams = (tree: string) => [
  { name: 'iram', da: 0x00000, pa: 0x05000000, len: 0x30000, origin: tree },
  { name: 'dram', da: 0x30000, pa: 0x05040000, len: 0x10000, origin: tree },
];

/** Cortex-M4F of an AM62x or AM64x. */
export const am6xM4f: Board = {
  name: 'am6x-m4f',
  description: 'TI AM62x or AM64x Cortex-M4F',
  cpu: 'cortex-m4',
  // No boot address is programmed; the driver does not say where vectors lie, only that IRAM is at 0.
  boot: { kind: 'unknown' },
  memory: [],
  mailbox: k3Mailbox(0x29000000, 'AM62x device tree, mailbox cluster'),
  attachTableBytes: K3_ATTACH_TABLE_BYTES,
  // The firmware regions have 14 MiB and more.
  engine: engineLimits(0xe00000),
  watchdogMs: 500,
  linux: k3Linux('ti_k3_m4', '5000000.m4fss'),
};
