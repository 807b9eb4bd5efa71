/** What Linux provides for an image on a board: carveouts, rings and buffers, in the order in which it does. */

import { type Board, type MemoryRegion, RegionUse } from '../../../boards/board.js';
import { hex } from '../../../runtime/abi/address.js';
import { orderSize, pageAlign } from '../../../runtime/abi/pages.js';
import { FW_RSC_ADDR_ANY } from '../../../runtime/abi/resource-table.js';
import type { AllocationPlacement } from './placement.js';
import {
  carveoutName,
  physicalStart,
  type RegisteredCarveout,
  registeredCarveouts,
  translate,
} from './view.js';

export interface Request {
  readonly name: string;
  readonly entry: number;
  readonly size: number | null;
  /** Bytes that a region must have: rings count in pages. */
  readonly needed: number | null;
  readonly da: number;
}

const NOWHERE = { region: null, regionSize: null, da: null, pa: null } as const;

/** Where a board's carveouts, rings and buffers come from; keeps account of the pool. */
export class Allocations {
  /** Bytes taken from the pool, each allocation rounded up to a power of two of pages. */
  poolNeeded = 0;
  poolFits = true;
  readonly pool: MemoryRegion | undefined;
  private readonly registered: Map<string, RegisteredCarveout>;
  /** Names of the carveout entries so far. */
  private readonly tied = new Set<string>();
  /** Those of them that Linux allocates. */
  private readonly entries = new Map<string, AllocationPlacement>();
  /** Nothing is given back here, so what is as large has no room either. */
  private smallestRefused = Number.POSITIVE_INFINITY;
  private readonly taken: { readonly offset: number; readonly size: number }[] = [];

  constructor(private readonly board: Board) {
    this.pool = board.memory.find(({ use }) => use === RegionUse.pool);
    // The first of a name is found.
    this.registered = new Map(
      registeredCarveouts(board)
        .reverse()
        .map((one) => [carveoutName(one.name), one]),
    );
  }

  /** A carveout entry: the registered carveout of its name, or new memory from the pool. */
  carveout(request: Request): AllocationPlacement {
    const name = carveoutName(request.name);
    const fixed = this.atRequest(request);
    const known = this.registered.get(name);
    if (this.tied.has(name)) {
      const problem = 'Carveout already associated to resource table';
      return { ...this.base(request), ...NOWHERE, source: 'none', fits: false, problem };
    }
    this.tied.add(name);
    const placed = known ? this.inRegion(request, known) : (fixed ?? this.fromPool(request));
    if (!known) this.entries.set(name, placed);
    return placed;
  }

  /** A vring: the region or carveout entry of its name, or new memory from the pool. */
  vring(request: Request): AllocationPlacement {
    const fixed = this.atRequest(request);
    if (fixed) return fixed;
    return this.named(request) ?? this.fromPool(request);
  }

  /** Buffers of a vdev: from the region or carveout entry of its name, else from the parent device's pool. */
  buffers(request: Request): AllocationPlacement {
    const known = this.registered.get(request.name);
    if (!known) return this.named(request) ?? this.fromPool(request);
    // A pool of its own, from which rpmsg_probe() takes all buffers at once.
    const fits = request.needed !== null && orderSize(request.needed) <= known.len;
    const problem = fits ? null : `the region has ${known.len} bytes: the rpmsg driver fails with -12`;
    return { ...this.inRegion(request, known), fits, problem };
  }

  private named(request: Request): AllocationPlacement | undefined {
    const known = this.registered.get(request.name);
    if (known) return this.inRegion(request, known);
    const entry = this.entries.get(request.name);
    if (!entry) return undefined;
    const { da, pa, region, pageSize } = entry;
    const fits = request.needed !== null && entry.size !== null && request.needed <= entry.size;
    const problem = fits ? null : `needs more than the ${entry.size} bytes of entry ${entry.entry}`;
    return { ...this.base(request), source: 'entry', region, regionSize: pageSize, da, pa, fits, problem };
  }

  /** `rproc_check_carveout_da()`; what fits is put at the start of the region. */
  private inRegion(request: Request, known: RegisteredCarveout): AllocationPlacement {
    const { needed, da } = request;
    let problem: string | null = null;
    const delta = da === FW_RSC_ADDR_ANY ? 0 : (da - known.da) | 0;
    if (needed === null) problem = 'the size cannot be computed';
    else if (needed > known.len) problem = "Registered carveout doesn't fit len request";
    else if (delta < 0) problem = "Registered carveout doesn't fit da request";
    else if (delta + needed > known.len) problem = "Registered carveout doesn't fit len request";
    return {
      ...this.base(request),
      source: 'region',
      region: known.region.name,
      regionSize: known.len,
      da: hex(known.da),
      pa: hex(known.pa),
      fits: problem === null,
      problem,
    };
  }

  /** virt-ivshmem only: what asks for an address in the window lies there. */
  private atRequest(request: Request): AllocationPlacement | undefined {
    const { needed, da } = request;
    if (this.board.linux.driver !== 'ivshmem' || da === FW_RSC_ADDR_ANY || needed === null) return undefined;
    const found = translate(this.board, BigInt(da), needed);
    if (!found) return undefined;
    const region = this.board.memory.find((one) => da >= one.da && da < one.da + one.len);
    return {
      ...this.base(request),
      ...{ source: 'fixed', region: region?.name ?? null, regionSize: region?.len ?? null },
      ...{ da: hex(da), pa: hex(found.pa), fits: true, problem: null },
    };
  }

  private fromPool(request: Request): AllocationPlacement {
    const base = this.base(request);
    const { pool } = this;
    if (request.needed === null) {
      return { ...base, ...NOWHERE, source: 'none', fits: false, problem: 'the size cannot be computed' };
    }
    if (!pool) {
      const problem = 'the board names no region for it and has no pool';
      return { ...base, ...NOWHERE, source: 'none', fits: false, problem };
    }
    const size = orderSize(request.needed);
    this.poolNeeded += size;
    const offset = this.freeOffset(size, pool.len);
    const { name: region, len: regionSize } = pool;
    if (offset === undefined) {
      this.poolFits = false;
      const problem = 'failed to allocate dma memory: the pool is too small';
      return { ...base, source: 'pool', region, regionSize, da: null, pa: null, fits: false, problem };
    }
    this.taken.push({ offset, size });
    const physical = physicalStart(pool) + offset;
    // Linux reports a requested address back unchanged, wherever the memory is.
    const elsewhere = request.da !== FW_RSC_ADDR_ANY && request.da !== physical % 2 ** 32;
    return {
      ...{ ...base, source: 'pool', region, regionSize, fits: true },
      ...{ da: hex(pool.da + offset), pa: hex(physical) },
      problem: elsewhere ? "Allocated carveout doesn't fit device address request" : null,
    };
  }

  private freeOffset(size: number, len: number): number | undefined {
    if (size >= this.smallestRefused) return undefined;
    for (let offset = 0; offset + size <= len; offset += size) {
      const clash = this.taken.some(
        (block) => block.offset < offset + size && offset < block.offset + block.size,
      );
      if (!clash) return offset;
    }
    this.smallestRefused = size;
    return undefined;
  }

  private base({ name, entry, size, da }: Request) {
    const requested = da === FW_RSC_ADDR_ANY ? null : hex(da);
    return { name, entry, size, pageSize: size === null ? null : pageAlign(size), requested };
  }
}
