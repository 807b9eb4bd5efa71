/** drivers/remoteproc/stm32_rproc.c: only what `memory-region` names is loadable; da by the bus's `dma-ranges`. */
import type { Board, MemoryRegion } from '../../boards/board.js';
import { hex } from '../../runtime/abi/address.js';
import { EINVAL } from '../errno.js';
import { coredumpAddSegment } from '../remoteproc/coredump.js';
import type { Rproc, RprocOps } from '../remoteproc/rproc.js';
import type { CoreOps } from './core-ops.js';
import { optionalTable } from './optional-table.js';
import { addCarveout, addVdevPool, physical, reservedRegions } from './regions.js';

export function stm32Ops(board: Board, core: CoreOps): Partial<RprocOps> {
  // MBOX_NB_VQ: one mailbox channel for each vring.
  const channels = 2 * (board.linux.maxVdevs ?? 1);
  return {
    prepare: (rproc) => prepare(rproc, board),
    parseFw: optionalTable(board, (rproc) =>
      rproc.kernel.log.warn(rproc, 'no resource table found for this firmware'),
    ),
    start(rproc, what) {
      addCoredumpTraces(rproc);
      return core.start(rproc, what);
    },
    kick(rproc, notifyid) {
      if (notifyid < channels) core.kick(rproc, notifyid);
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
    else {
      addCarveout(rproc, region, da);
      coredumpAddSegment(rproc, da, region.len);
    }
  }
  return 0;
}

/** `stm32_rproc_add_coredump_trace()`: all but those that a segment begins with; a recovery comes here again. */
function addCoredumpTraces(rproc: Rproc): void {
  const known = new Set(rproc.dumpSegments.map(({ da }) => da));
  for (const { da, len } of rproc.traces) {
    if (known.has(da)) continue;
    known.add(da);
    coredumpAddSegment(rproc, da, len);
  }
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
