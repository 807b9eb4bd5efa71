/** Carveouts that Linux allocates itself, and what it writes back to the table about them. */
import { FW_RSC_ADDR_ANY, FwRscCarveout } from '../../runtime/abi/resource-table.js';
import { ENOMEM } from '../errno.js';
import { type MemEntry, memEntry } from './mem-entry.js';
import type { Rproc } from './rproc.js';

/** A carveout that `rproc_alloc_carveout()` takes from the parent device's DMA memory. */
export function allocatedCarveout(rproc: Rproc, name: string, da: number, len: number): MemEntry {
  return memEntry({
    name,
    da,
    len,
    alloc(entry) {
      const address = rproc.dma.alloc(len);
      if (address === undefined) {
        rproc.kernel.log.err(rproc.parent, `failed to allocate dma memory: len 0x${len.toString(16)}`);
        return -ENOMEM;
      }
      const dma = address % 2 ** 32;
      if (entry.da !== FW_RSC_ADDR_ANY && rproc.hasIommu) {
        const mapped = rproc.iommu.map(entry.da, address, len);
        if (mapped < 0) {
          rproc.kernel.log.err(rproc.parent, `iommu_map failed: ${mapped}`);
          rproc.dma.free(address);
          return mapped;
        }
        rproc.mappings.push({ da: entry.da, pa: address, len });
      } else if (entry.da !== FW_RSC_ADDR_ANY) {
        // Without an IOMMU the address cannot be had by asking; Linux goes on with what it got.
        if (entry.da !== dma) {
          rproc.kernel.log.warn(rproc.parent, "Allocated carveout doesn't fit device address request");
        }
      } else {
        if (dma !== address)
          rproc.kernel.log.warn(rproc.parent, 'DMA address cast in 32bit to fit resource table format');
        entry.da = dma;
      }
      entry.pa = address;
      return 0;
    },
    release(entry) {
      if (entry.pa !== undefined) rproc.dma.free(entry.pa);
    },
  });
}

/** `rproc_alloc_registered_carveouts()`: allocates, then writes pa, da and len back to the cached table. */
export function allocRegisteredCarveouts(rproc: Rproc): number {
  for (const entry of rproc.carveouts) {
    const result = entry.alloc?.(entry) ?? 0;
    if (result < 0) {
      rproc.err(`Unable to allocate carveout ${entry.name}: ${result}`);
      return -ENOMEM;
    }
    if (entry.rscOffset === undefined || !rproc.table) continue;
    const rsc = FwRscCarveout.over(rproc.table.bytes(), entry.rscOffset);
    rsc.pa = (entry.pa ?? 0) % 2 ** 32;
    rsc.da = entry.da;
    rsc.len = entry.len;
    rproc.table.clean?.(entry.rscOffset, FwRscCarveout.size);
  }
  return 0;
}
