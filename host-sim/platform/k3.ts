/** drivers/remoteproc/ti_k3_{common,r5,m4}: internal RAM by two views, reserved regions at da = (u32)pa, no carveouts. */
import { type Board, RegionUse } from '../../boards/board.js';
import { type Pa, pa } from '../../runtime/abi/address.js';
import type { Mapping } from '../remoteproc/elf-loader.js';
import type { RprocOps } from '../remoteproc/rproc.js';
import type { SocMemory } from '../soc/memory.js';
import { clear, internalRegions, mapped, physical, reservedRegions } from './regions.js';

/** The table is mandatory: the drivers have the core's ELF operations. */
export function k3Ops(board: Board, memory: SocMemory): Partial<RprocOps> {
  return {
    prepare() {
      // Both TCMs are cleared, by the hardware or by the driver.
      if (board.linux.driver === 'ti_k3_r5')
        for (const region of internalRegions(board)) clear(memory, region);
      return 0;
    },
    daToVa(_rproc, da, len): Mapping | undefined {
      if (len === 0) return undefined;
      const at = translate(board, Number(da), len);
      return at === undefined ? undefined : mapped(memory, at, len);
    },
  };
}

/** `k3_*_rproc_da_to_va()`: the core's view, the SoC's view, then what is behind the pool in `memory-region`. */
function translate(board: Board, da: number, len: number): Pa | undefined {
  const within = (start: number, size: number) => da >= start && da + len <= start + size;
  for (const region of internalRegions(board)) {
    if (within(region.da, region.len)) return pa(physical(region) + (da - region.da));
    if (within(physical(region), region.len)) return pa(da);
  }
  for (const region of reservedRegions(board)) {
    if (region.use === RegionUse.pool) continue;
    const start = physical(region) % 2 ** 32;
    if (within(start, region.len)) return pa(physical(region) + (da - start));
  }
  return undefined;
}
