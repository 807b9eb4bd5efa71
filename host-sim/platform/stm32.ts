/** drivers/remoteproc/stm32_rproc.c: only what `memory-region` names is loadable; da by the bus's `dma-ranges`. */
import type { Board, MemoryRegion } from '../../boards/board.js';
import { hex } from '../../runtime/abi/address.js';
import { EINVAL } from '../errno.js';
import type { Rproc, RprocOps } from '../remoteproc/rproc.js';
import { optionalTable } from './optional-table.js';
import { addCarveout, addVdevPool, physical, reservedRegions } from './regions.js';

export function stm32Ops(board: Board, kick: NonNullable<RprocOps['kick']>): Partial<RprocOps> {
  // MBOX_NB_VQ: one mailbox channel for each vring.
  const channels = 2 * (board.linux.maxVdevs ?? 1);
  return {
    prepare: (rproc) => prepare(rproc, board),
    parseFw: optionalTable(board, (rproc) =>
      rproc.kernel.log.warn(rproc, 'no resource table found for this firmware'),
    ),
    kick(rproc, notifyid) {
      if (notifyid < channels) kick(rproc, notifyid);
      // WARN_ON(); the real line also has CPU, PID and line number.
      else
        rproc.kernel.log.warn({ prefix: 'WARNING' }, 'at drivers/remoteproc/stm32_rproc.c stm32_rproc_kick');
    },
  };
}

/** `stm32_rproc_prepare()`. */
function prepare(rproc: Rproc, board: Board): number {
  for (const [i, region] of reservedRegions(board).entries()) {
    const da = deviceAddress(board, region);
    if (da === undefined) {
      rproc.kernel.log.err(rproc.parent, `memory region not valid ${hex(physical(region))}`);
      return -EINVAL;
    }
    if (region.name === 'vdev0buffer') addVdevPool(rproc, region, i);
    else addCarveout(rproc, region, da);
  }
  return 0;
}

/** `stm32_rproc_pa_to_da()`: looks at the region's start only. */
function deviceAddress(board: Board, region: MemoryRegion): number | undefined {
  const at = physical(region);
  for (const row of board.translation ?? []) {
    const start = row.pa ?? row.da;
    if (at >= start && at < start + row.len) return row.da + (at - start);
  }
  return undefined;
}
