/**
 * The driver of virtual boards: carveouts at the board's device addresses, no translation of its own. Where virtual hardware
 * leaves a choice it does as stm32_rproc.c: it asks before a stop and a detach, and waits as long.
 */
import { type Board, RegionUse } from '../../boards/board.js';
import { coredumpAddSegment } from '../remoteproc/coredump.js';
import { memEntry } from '../remoteproc/mem-entry.js';
import type { Rproc } from '../remoteproc/rproc.js';
import { askDetach, askShutdown } from './handshake.js';
import { physical, runningTable } from './regions.js';
import type { DriverParts, SocDriver } from './soc-driver.js';

export function genericDriver({ board, memory, doorbell, stop, kick }: DriverParts): SocDriver {
  const table = runningTable(memory);
  return {
    ops: {
      prepare: (rproc) => registerRegions(rproc, board),
      kick: (rproc, notifyid) => void kick(rproc, notifyid),
      async stop(rproc) {
        await askShutdown(rproc, doorbell);
        return stop(rproc);
      },
      async detach(rproc) {
        await askDetach(rproc, doorbell);
        return 0;
      },
      getLoadedRscTable: () => table.mapping,
    },
    crashType: ({ type }) => type,
    found: (_rproc, found) => table.set(found?.da, found?.bytes.length),
  };
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
