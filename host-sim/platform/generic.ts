/** The driver of virtual boards: carveouts at the board's device addresses, no translation of its own. */
import { type Board, RegionUse } from '../../boards/board.js';
import { coredumpAddSegment } from '../remoteproc/coredump.js';
import { memEntry } from '../remoteproc/mem-entry.js';
import type { Rproc, RprocOps } from '../remoteproc/rproc.js';
import { physical } from './regions.js';

export function genericOps(board: Board): Partial<RprocOps> {
  return { prepare: (rproc) => registerRegions(rproc, board) };
}

/**
 * The generic driver registers each memory region by name when the core is prepared, as stm32_rproc does with
 * its memory-region list; a vdev's buffer region becomes that vdev's DMA pool. Coredumps hold the image's regions.
 */
function registerRegions(rproc: Rproc, board: Board): number {
  const regions = board.memory.filter(({ use }) => use === RegionUse.image || use === RegionUse.named);
  for (const [i, region] of regions.entries()) {
    const ofResmIdx = /^vdev\d+buffer$/.test(region.name) ? i : undefined;
    const { name, da, len } = region;
    rproc.carveouts.push(memEntry({ name, da, len, pa: physical(region), ofResmIdx }));
    if (region.use === RegionUse.image) coredumpAddSegment(rproc, da, len);
  }
  return 0;
}
