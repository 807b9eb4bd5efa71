/** Carveouts as remoteproc keeps them (`struct rproc_mem_entry`), and the checks against requests. */
import type { Pa } from '../../runtime/abi/address.js';
import { FW_RSC_ADDR_ANY, RSC_NAME_SIZE } from '../../runtime/abi/resource-table.js';
import { EINVAL } from '../errno.js';

export interface MemEntry {
  readonly name: string;
  /** Device address; FW_RSC_ADDR_ANY until allocated. */
  da: number;
  readonly len: number;
  /** Physical address once there is memory. */
  pa: Pa | undefined;
  /** Offset of the table entry that asked for it, for the write-back. */
  rscOffset: number | undefined;
  flags: number;
  /** Index of the reserved-memory region that becomes the vdev's DMA pool. */
  ofResmIdx: number | undefined;
  /** Allocates the memory: 0 or a negative errno; absent when it is there already. */
  alloc?: (entry: MemEntry) => number;
  release?: (entry: MemEntry) => void;
}

export function memEntry(fields: Pick<MemEntry, 'name' | 'da' | 'len'> & Partial<MemEntry>): MemEntry {
  const name = carveoutName(fields.name);
  return { pa: undefined, rscOffset: undefined, flags: 0, ofResmIdx: undefined, ...fields, name };
}

/** As the kernel keeps and compares names: what fits 32 bytes with a NUL. */
export function carveoutName(name: string): string {
  return name.slice(0, RSC_NAME_SIZE - 1);
}

/** `rproc_check_carveout_da()`: does a registered carveout satisfy a request? */
export function checkCarveoutDa(mem: MemEntry, da: number, len: number, err: (text: string) => void): number {
  if (len > mem.len) {
    err("Registered carveout doesn't fit len request");
    return -EINVAL;
  }
  if (da !== FW_RSC_ADDR_ANY && mem.da === FW_RSC_ADDR_ANY) return -EINVAL;
  if (da !== FW_RSC_ADDR_ANY) {
    // The kernel computes the distance in a signed int.
    const delta = (da - mem.da) | 0;
    if (delta < 0) {
      err("Registered carveout doesn't fit da request");
      return -EINVAL;
    }
    if (delta + len > mem.len) {
      err("Registered carveout doesn't fit len request");
      return -EINVAL;
    }
  }
  return 0;
}

/** The carveout that holds all of [da, da + len), and the offset in it (`rproc_da_to_va()`, step 2). */
export function findCarveout(
  list: readonly MemEntry[],
  da: bigint,
  len: number,
): { entry: MemEntry; offset: number } | undefined {
  // The distance is kept in a signed 32-bit int: only the low word of the address counts.
  const low = Number(BigInt.asUintN(32, da));
  for (const entry of list) {
    // A region that becomes a vdev's DMA pool has no kernel address.
    if (entry.pa === undefined || entry.ofResmIdx !== undefined) continue;
    const offset = (low - entry.da) | 0;
    if (offset < 0 || offset + len > entry.len) continue;
    return { entry, offset };
  }
  return undefined;
}
