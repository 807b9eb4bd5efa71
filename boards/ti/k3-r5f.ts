import type { Board } from '../board.js';
import { engineLimits } from '../engine-limits.js';
import { K3_ATTACH_TABLE_BYTES, k3Linux } from './k3.js';

/**
 * Cortex-R5F of a K3 SoC. Both TCMs are zeroed before Linux loads. Code in DDR needs start-up code in TCM first, as
 * ti_k3_r5_remoteproc.c says. Of two cores in split mode, the second one starts after the first only.
 */
export const k3R5f: Board = {
  name: 'k3-r5f',
  description: 'TI K3 Cortex-R5F',
  cpu: 'cortex-r5f',
  // The low 32 bits of e_entry become the boot vector; ARM state, so one instruction is the only alignment.
  boot: { kind: 'entry', align: 4 },
  memory: [],
  attachTableBytes: K3_ATTACH_TABLE_BYTES,
  // The firmware regions have 15 MiB.
  engine: engineLimits(0xf00000),
  watchdogMs: 500,
  linux: k3Linux('ti_k3_r5', 'r5f'),
};
