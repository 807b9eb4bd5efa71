/** What platform drivers do with a board's memory regions. */
import { type Board, type MemoryRegion, RegionUse, regionsFor } from '../../boards/board.js';
import { da, daToPa, type Pa, pa, paToDa } from '../../runtime/abi/address.js';
import type { Mapping } from '../remoteproc/elf-loader.js';
import { memEntry } from '../remoteproc/mem-entry.js';
import type { Rproc } from '../remoteproc/rproc.js';
import { type DmaMemory, DmaPool } from '../soc/dma-pool.js';
import { pieceOf } from '../soc/host-cache.js';
import type { SocMemory } from '../soc/memory.js';

export function physical(region: MemoryRegion): Pa {
  return pa(region.pa ?? region.da);
}

/** What the device tree names in the processor's `memory-region`. */
export function reservedRegions(board: Board): MemoryRegion[] {
  return board.memory.filter(({ internal, use }) => !internal && use !== RegionUse.mailbox);
}

export function internalRegions(board: Board): MemoryRegion[] {
  return board.memory.filter(({ internal }) => internal);
}

/** Memory that a driver mapped by itself. */
export function mapped(memory: SocMemory, address: Pa, len: number): Mapping {
  return {
    bytes: () => memory.bytes(address, len),
    peek: () => memory.peek(address, len),
    ...pieceOf(memory.cache, address),
  };
}

/** As `mapped`, and backed at once: a core that runs takes no more memory. */
export function mappedNow(memory: SocMemory, address: Pa, len: number): Mapping {
  memory.reserve(address, len);
  return mapped(memory, address, len);
}

/** The table of a core that runs already, at the device address that it told; none where it told none or a wrong one. */
export function runningTable(memory: SocMemory) {
  let found: Mapping | undefined;
  return {
    get mapping(): Mapping | undefined {
      return found;
    },
    set(address: number | undefined, len = 0): void {
      const at = address === undefined ? undefined : daToPa(memory.ranges, da(address), len);
      found = at === undefined ? undefined : mappedNow(memory, at, len);
    },
  };
}

/** Registers a region as a carveout at device address `da`. */
export function addCarveout(rproc: Rproc, region: MemoryRegion, da: number): void {
  rproc.carveouts.push(memEntry({ name: region.name, da, len: region.len, pa: physical(region) }));
}

/** Registers reserved region `index` as a vdev's DMA pool (`rproc_of_resm_mem_entry_init()`). */
export function addVdevPool(rproc: Rproc, region: MemoryRegion, index: number): void {
  const { name, len } = region;
  const at = physical(region);
  rproc.carveouts.push(memEntry({ name, da: at, len, pa: at, ofResmIdx: index }));
}

/** Zeroes memory; what is not backed is zero already. */
export function clear(memory: SocMemory, region: MemoryRegion): void {
  const start = physical(region);
  for (const extent of memory.backed()) {
    const from = Math.max(start, extent.pa);
    const to = Math.min(start + region.len, extent.pa + extent.bytes.length);
    if (from >= to) continue;
    extent.bytes.fill(0, from - extent.pa, to - extent.pa);
    memory.cache?.clean(pa(from), to - from);
  }
}

/** The parent device's DMA memory: the board's pool region; without one nothing can be allocated. */
export function boardDma(board: Board, memory: SocMemory): DmaMemory {
  const [region] = regionsFor(board, RegionUse.pool);
  const pool = region && new DmaPool(physical(region), region.len);
  return {
    alloc: (size) => pool?.alloc(size),
    free: (address) => pool?.free(address),
    bytes: (address, len) => memory.bytes(address, len),
    peek: (address, len) => memory.peek(address, len),
    cache: memory.cache,
  };
}

/**
 * Backs everything that the core may touch, before it starts: the loaded image is there already; traces,
 * carveouts, rings and, if need be, the pool that rpmsg buffers will come from are added here.
 */
export function backResources(rproc: Rproc, board: Board, memory: SocMemory): void {
  for (const { pa: from, len } of rproc.iommu.mappings) {
    if (isBoardMemory(memory, pa(from), len)) memory.reserve(pa(from), len);
  }
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

/** Backs everything that the board sets aside, for a core that runs before Linux allocates. */
export function backRegions(board: Board, memory: SocMemory): void {
  for (const region of board.memory) {
    if (region.use === RegionUse.mailbox || region.aliasOf !== undefined) continue;
    if (isBoardMemory(memory, physical(region), region.len)) memory.reserve(physical(region), region.len);
  }
}
