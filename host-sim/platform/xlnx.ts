/** drivers/remoteproc/xlnx_r5_remoteproc.c: a carveout per TCM bank and per reserved region, nothing else. */
import type { Board } from '../../boards/board.js';
import { coredumpAddSegment } from '../remoteproc/coredump.js';
import type { RprocOps } from '../remoteproc/rproc.js';
import type { SocMemory } from '../soc/memory.js';
import { optionalTable } from './optional-table.js';
import { addCarveout, addVdevPool, clear, internalRegions, physical, reservedRegions } from './regions.js';

export function xlnxOps(board: Board, memory: SocMemory): Partial<RprocOps> {
  return {
    /** `zynqmp_r5_rproc_prepare()`: banks are cleared as they are mapped. */
    prepare(rproc) {
      for (const bank of internalRegions(board)) {
        clear(memory, bank);
        addCarveout(rproc, bank, bank.da);
        coredumpAddSegment(rproc, bank.da, bank.len);
      }
      for (const [i, region] of reservedRegions(board).entries()) {
        if (region.name === 'vdev0buffer') addVdevPool(rproc, region, i);
        else addCarveout(rproc, region, physical(region));
        // The buffers' region as well, which has no kernel address: it reads as 0xFF.
        coredumpAddSegment(rproc, physical(region), region.len);
      }
      return 0;
    },
    parseFw: optionalTable(board, (rproc) => rproc.kernel.log.info(rproc, 'no resource table found.')),
  };
}
