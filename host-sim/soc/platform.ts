/**
 * Platform drivers: how Linux drives the processor of a board. They connect remoteproc's operations with the
 * simulated SoC's memory and core.
 */
import { type Board, type MemoryRegion, RegionUse, regionsFor } from '../../boards/board.js';
import { daToPa, type Pa, pa, paToDa, da as toDa } from '../../runtime/abi/address.js';
import {
  FW_RSC_ADDR_ANY,
  FwRscCarveout,
  FwRscHdr,
  ResourceTable,
  RSC_CARVEOUT,
} from '../../runtime/abi/resource-table.js';
import { u32 } from '../../runtime/abi/struct.js';
import type { Core } from '../cores/core.js';
import { parseElfTable } from '../remoteproc/core.js';
import { memEntry } from '../remoteproc/mem-entry.js';
import type { Mapping, Rproc, RprocOps } from '../remoteproc/rproc.js';
import { type DmaMemory, DmaPool } from './dma-pool.js';
import type { SocMemory } from './memory.js';

/** The parent device's DMA memory: the board's pool region; without one nothing can be allocated. */
export function boardDma(board: Board, memory: SocMemory): DmaMemory {
  const [region] = regionsFor(board, RegionUse.pool);
  const pool = region && new DmaPool(physical(region), region.len);
  return {
    alloc: (size) => pool?.alloc(size),
    free: (address) => pool?.free(address),
    bytes: (address, len) => memory.bytes(address, len),
  };
}

/** The operations of the board's platform driver over `core`; `onKick` is told each kick. */
export function platformOps(board: Board, memory: SocMemory, core: Core, onKick: () => void): RprocOps {
  const common: RprocOps = {
    async start(rproc, what) {
      backResources(rproc, board, memory);
      await core.start(what);
      return 0;
    },
    async stop() {
      await core.stop();
      return 0;
    },
    kick(_rproc, notifyid) {
      onKick();
      core.kick(notifyid);
    },
  };
  return board.linux.driver === 'ivshmem'
    ? { ...common, ...ivshmemOps(board, memory) }
    : { ...common, prepare: (rproc) => registerRegions(rproc, board) };
}

/**
 * The generic driver registers each memory region by name when the core is prepared, as stm32_rproc does with
 * its memory-region list; a vdev's buffer region becomes that vdev's DMA pool.
 */
function registerRegions(rproc: Rproc, board: Board): number {
  const regions = board.memory.filter(({ use }) => use === RegionUse.image || use === RegionUse.named);
  for (const [i, region] of regions.entries()) {
    const ofResmIdx = /^vdev\d+buffer$/.test(region.name) ? i : undefined;
    const { name, da, len } = region;
    rproc.carveouts.push(memEntry({ name, da, len, pa: physical(region), ofResmIdx }));
  }
  return 0;
}

/** The ivshmem driver: one window of device addresses, rings and buffers in fixed places, the rest from a pool. */
function ivshmemOps(board: Board, memory: SocMemory): Partial<RprocOps> {
  return {
    prepare(rproc) {
      for (const region of regionsFor(board, RegionUse.named)) {
        const { name, da, len } = region;
        rproc.carveouts.push(memEntry({ name, da, len, pa: physical(region) }));
      }
      return 0;
    },
    daToVa: (_rproc, da, len): Mapping | undefined => {
      const address = daToPa(memory.ranges, toDa(Number(da)), len);
      return address === undefined ? undefined : { bytes: () => memory.bytes(address, len) };
    },
    parseFw(rproc, fw) {
      const result = parseElfTable(rproc, fw);
      if (result === 0) registerFixedCarveouts(rproc, memory);
      return result;
    },
  };
}

/** A carveout whose fixed address lies in the window is registered there, so that its entry finds it by name. */
function registerFixedCarveouts(rproc: Rproc, memory: SocMemory): void {
  const table = rproc.cachedTable!;
  const view = new DataView(table.buffer as ArrayBuffer, table.byteOffset, table.length);
  const { num } = ResourceTable.unpack(table);
  for (let i = 0; i < num; i++) {
    const at = u32.get(view, ResourceTable.size + u32.size * i);
    if (at + FwRscHdr.size + FwRscCarveout.size > table.length) continue;
    if (FwRscHdr.unpack(table, at).type !== RSC_CARVEOUT) continue;
    const { name, da, len } = FwRscCarveout.unpack(table, at + FwRscHdr.size);
    const address = da === FW_RSC_ADDR_ANY ? undefined : daToPa(memory.ranges, toDa(da), len);
    if (address === undefined || rproc.findCarveoutByName(name)) continue;
    rproc.carveouts.push(memEntry({ name, da, len, pa: address }));
  }
}

/**
 * Backs everything that the core may touch, before it starts: the loaded image is there already; traces,
 * carveouts, rings and, if need be, the pool that rpmsg buffers will come from are added here.
 */
function backResources(rproc: Rproc, board: Board, memory: SocMemory): void {
  for (const trace of rproc.traces) memory.bytesAtDa(trace.da, trace.len);
  for (const { name, pa: address, len } of rproc.carveouts) {
    const isImage = board.memory.some((region) => region.use === RegionUse.image && region.name === name);
    if (address !== undefined && !isImage && isBoardMemory(memory, address, len))
      memory.reserve(address, len);
  }
  // rpmsg allocates buffers when its driver binds, from the pool where the vdev has no region of its own.
  const named = Array.from({ length: rproc.vdevCount }, (_, i) => rproc.findCarveoutByName(`vdev${i}buffer`));
  if (named.every((entry) => entry !== undefined)) return;
  for (const region of regionsFor(board, RegionUse.pool)) memory.reserve(physical(region), region.len);
}

function isBoardMemory(memory: SocMemory, address: Pa, len: number): boolean {
  return paToDa(memory.ranges, address, len) !== undefined;
}

function physical(region: MemoryRegion): Pa {
  return pa(region.pa ?? region.da);
}
