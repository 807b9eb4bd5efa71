/** drivers/remoteproc/stm32_rproc.c: only what `memory-region` names is loadable; da by the bus's `dma-ranges`. */
import type { Board, MemoryRegion } from '../../boards/board.js';
import { hex, type Pa, pa } from '../../runtime/abi/address.js';
import { CrashType } from '../cores/core.js';
import { EINVAL, ENOENT } from '../errno.js';
import { coredumpAddSegment } from '../remoteproc/coredump.js';
import type { Rproc } from '../remoteproc/rproc.js';
import { askDetach, askShutdown } from './handshake.js';
import { optionalTable } from './optional-table.js';
import { addCarveout, addVdevPool, mapped, physical, reservedRegions } from './regions.js';
import type { DriverParts, SocDriver } from './soc-driver.js';

/** RSC_TBL_SIZE: however long the table is. */
const RSC_TBL_SIZE = 1024;

export function stm32Driver({ board, memory, doorbell, start, stop, attach, kick }: DriverParts): SocDriver {
  // MBOX_NB_VQ: one mailbox channel for each vring.
  const channels = 2 * (board.linux.maxVdevs ?? 1);
  /** The TAMP backup register `st,syscfg-rsc-tbl`, where the boot loader leaves the table's device address; 0 is none. */
  let rscTbl = 0;
  return {
    ops: {
      prepare: (rproc) => prepare(rproc, board),
      parseFw: optionalTable(board, (rproc) =>
        rproc.kernel.log.warn(rproc, 'no resource table found for this firmware'),
      ),
      start(rproc, what) {
        addCoredumpTraces(rproc);
        return start(rproc, what);
      },
      attach(rproc) {
        addCoredumpTraces(rproc);
        return attach(rproc);
      },
      kick(rproc, notifyid) {
        if (notifyid >= channels) {
          // WARN_ON(); the real line also has CPU, PID and line number.
          const at = 'at drivers/remoteproc/stm32_rproc.c stm32_rproc_kick';
          rproc.kernel.log.warn({ prefix: 'WARNING' }, at);
          return;
        }
        const errno = kick(rproc, notifyid);
        if (errno < 0) rproc.err(`stm32_rproc_kick: failed (vq${notifyid}, err:${errno})`);
      },
      async stop(rproc) {
        await askShutdown(rproc, doorbell);
        return stop(rproc);
      },
      async detach(rproc) {
        await askDetach(rproc, doorbell);
        return 0;
      },
      getLoadedRscTable(rproc) {
        if (rscTbl === 0) return -ENOENT;
        const at = physicalAddress(board, rscTbl);
        if (at !== undefined) return mapped(memory, at, RSC_TBL_SIZE);
        rproc.kernel.log.err(rproc.parent, `can't translate da ${rscTbl.toString(16)}`);
        return -EINVAL;
      },
    },
    /** `stm32_rproc_mb_vq_work()`. */
    kicked(rproc, notifyid) {
      const up = rproc.state === 'running' || rproc.state === 'attached';
      if (up && notifyid < channels) rproc.vqInterrupt(notifyid);
    },
    // The watchdog's interrupt is all that Linux hears of a core that stopped, whatever it stopped for.
    crashType: () => CrashType.watchdog,
    found(_rproc, table) {
      rscTbl = table?.da ?? 0;
      const at = physicalAddress(board, rscTbl);
      if (table && at !== undefined) memory.reserve(at, RSC_TBL_SIZE);
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

/** `stm32_rproc_da_to_pa()`. */
function physicalAddress(board: Board, da: number): Pa | undefined {
  const row = board.translation?.find((one) => da >= one.da && da < one.da + one.len);
  return row && pa((row.pa ?? row.da) + (da - row.da));
}
