/** drivers/remoteproc/imx_rproc.c: an address table per SoC, then carveouts with da = pa. */
import { type Board, type MemoryRegion, RegionUse, regionsFor } from '../../boards/board.js';
import { type Pa, pa } from '../../runtime/abi/address.js';
import { EOPNOTSUPP } from '../errno.js';
import { coredumpAddSegment } from '../remoteproc/coredump.js';
import type { Mapping } from '../remoteproc/elf-loader.js';
import type { Rproc } from '../remoteproc/rproc.js';
import { findElfTable } from '../remoteproc/table.js';
import type { SocMemory } from '../soc/memory.js';
import { optionalTable } from './optional-table.js';
import { addCarveout, mapped, mappedNow, physical, reservedRegions } from './regions.js';
import { type DriverParts, type SocDriver, scanVrings } from './soc-driver.js';

/** Physical memory that the driver mapped at probe. */
interface Window {
  readonly pa: number;
  readonly len: number;
}

/** The length of the table that Linux attaches to, however long the region is. */
const SZ_1K = 1024;

export function imxDriver({ board, memory, kick }: DriverParts): SocDriver {
  const windows = mappedWindows(board);
  const [tableRegion] = regionsFor(board, RegionUse.table);
  return {
    ops: {
      prepare: (rproc) => prepare(rproc, board),
      daToVa(rproc, da, len): Mapping | undefined {
        if (len === 0) return undefined;
        const sys = toSys(rproc, board, da, len);
        if (sys === undefined || !windows.some((window) => holds(board, window.pa, window.len, sys, len))) {
          return undefined;
        }
        return mapped(memory, sys, len);
      },
      parseFw: optionalTable(board, (rproc) => rproc.kernel.log.info(rproc, 'No resource table in elf')),
      findLoadedTable: (rproc, fw) =>
        tableRegion ? tableAt(tableRegion, rproc, memory) : findElfTable(rproc, fw),
      kick(rproc, notifyid) {
        const errno = kick(rproc, notifyid);
        if (errno === 0) return;
        rproc.kernel.log.err(rproc.parent, `imx_rproc_kick: failed (${notifyid}, err:${errno})`);
      },
      // Only the SCU's cores can be let go, and no board here has one (`imx_rproc_detach()`).
      detach: async () => -EOPNOTSUPP,
      getLoadedRscTable: () => tableRegion && mappedNow(memory, physical(tableRegion), SZ_1K),
    },
    kicked: scanVrings,
    // Only the SCU tells Linux of a partition that was reset; of these cores it hears nothing.
    crashType: () => undefined,
    /** The firmware's start-up code copies its table to where Linux looks for it. */
    found(_rproc, table) {
      if (!tableRegion) return;
      const region = mappedNow(memory, physical(tableRegion), tableRegion.len);
      if (!table) return;
      region.bytes().set(table.bytes.subarray(0, tableRegion.len));
      region.clean?.(0, tableRegion.len);
    },
  };
}

/** `imx_rproc_addr_init()`: the driver's own rows, then the reserved regions that hold no rings or buffers. */
function mappedWindows(board: Board): Window[] {
  const own = (board.translation ?? []).filter((row) => row.own);
  const reserved = reservedRegions(board).filter(({ name }) => !name.startsWith('vdev'));
  return [...own, ...reserved].map((at) => ({ pa: at.pa ?? at.da, len: at.len }));
}

/** `imx_rproc_prepare()`: the buffers' region and the table's are no carveouts. */
function prepare(rproc: Rproc, board: Board): number {
  for (const region of reservedRegions(board)) {
    if (region.name === 'vdev0buffer' || region.use === RegionUse.table) continue;
    coredumpAddSegment(rproc, physical(region), region.len);
    addCarveout(rproc, region, physical(region));
  }
  return 0;
}

/** `imx_rproc_da_to_sys()`: the first row that holds the range decides, whether it is mapped or not. */
function toSys(rproc: Rproc, board: Board, da: bigint, len: number): Pa | undefined {
  const at = Number(da);
  const row = board.translation?.find((one) => !one.carveouts && holds(board, one.da, one.len, at, len));
  if (row) return pa((row.pa ?? row.da) + (at - row.da));
  rproc.kernel.log.warn(
    rproc.parent,
    `Translation failed: da = 0x${da.toString(16)} len = 0x${len.toString(16)}`,
  );
  return undefined;
}

/** The driver compares with `<`: a range that ends where the row or window ends is outside. */
function holds(board: Board, start: number, size: number, at: number, len: number): boolean {
  const end = at + len;
  return at >= start && (board.linux.strictEnds ? end < start + size : end <= start + size);
}

/** The region is the table in effect, however long the image's table is. */
function tableAt(region: MemoryRegion, rproc: Rproc, memory: SocMemory): Mapping {
  const len = Math.max(region.len, rproc.cachedTable?.length ?? 0);
  return mapped(memory, physical(region), len);
}
