/** drivers/remoteproc/xlnx_r5_remoteproc.c: a carveout per TCM bank and per reserved region, nothing else. */
import { pa, paToDa } from '../../runtime/abi/address.js';
import { ResourceTable, RSC_TABLE_VERSION } from '../../runtime/abi/resource-table.js';
import { struct, u32, u64 } from '../../runtime/abi/struct.js';
import { coredumpAddSegment } from '../remoteproc/coredump.js';
import type { Mapping } from '../remoteproc/elf-loader.js';
import type { Rproc } from '../remoteproc/rproc.js';
import { optionalTable } from './optional-table.js';
import {
  addCarveout,
  addVdevPool,
  clear,
  internalRegions,
  mappedNow,
  physical,
  reservedRegions,
} from './regions.js';
import { type DriverParts, type SocDriver, scanVrings } from './soc-driver.js';

/** `struct rsc_tbl_data`: what firmware keeps at the base of the first reserved region for a Linux that attaches. */
export const RscTblData = struct('rsc_tbl_data', {
  version: u32,
  magic_num: u32,
  comp_magic_num: u32,
  rsc_tbl_size: u32,
  rsc_tbl: u64,
});
export const RSC_TBL_XLNX_MAGIC = 0x78616d70;

export function xlnxDriver({ board, memory, kick }: DriverParts): SocDriver {
  let table: Mapping | undefined;

  /** `zynqmp_r5_rproc_kick()`. */
  function notify(rproc: Rproc, notifyid: number): void {
    if (kick(rproc, notifyid) < 0) rproc.kernel.log.warn(rproc.parent, 'failed to send message');
  }

  return {
    ops: {
      /** `zynqmp_r5_rproc_prepare()`: banks are cleared as they are mapped, unless firmware runs in them. */
      prepare(rproc) {
        for (const bank of internalRegions(board)) {
          if (rproc.state !== 'detached') clear(memory, bank);
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
      kick: notify,
      /** The core is to look at the status byte, which Linux has taken back. */
      async detach(rproc) {
        notify(rproc, 0);
        return 0;
      },
      getLoadedRscTable: () => table,
    },
    kicked: scanVrings,
    // No interrupt and no message tells Linux.
    crashType: () => undefined,
    /** `zynqmp_r5_get_rsc_table_va()`: a core without a descriptor is found running as well, and has no table. */
    found(rproc) {
      table = undefined;
      const [first] = reservedRegions(board);
      if (!first) return;
      memory.cache?.invalidate(physical(first), RscTblData.size);
      const data = RscTblData.unpack(memory.bytes(physical(first), RscTblData.size));
      const { magic_num, comp_magic_num, rsc_tbl_size } = data;
      if (magic_num !== RSC_TBL_XLNX_MAGIC || comp_magic_num !== ~RSC_TBL_XLNX_MAGIC >>> 0) return;
      const address = pa(Number(data.rsc_tbl));
      const { log } = rproc.kernel;
      if (rsc_tbl_size < ResourceTable.size || paToDa(memory.ranges, address, rsc_tbl_size) === undefined) {
        log.err(rproc.parent, 'failed to get resource table va');
        return;
      }
      table = mappedNow(memory, address, rsc_tbl_size);
      table.invalidate?.(0, rsc_tbl_size);
      const { ver } = ResourceTable.unpack(table.bytes());
      if (ver !== RSC_TABLE_VERSION) {
        log.warn(rproc.parent, `unexpected resource table version ${ver | 0}`);
      }
    },
  };
}
