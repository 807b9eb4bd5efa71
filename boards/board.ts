/** What a board is made of. A board is data: one file per board, checked when it is defined. */
import { type AddressRange, da, hex, pa } from '../runtime/abi/address.js';
import { type CpuName, cpus } from './cpus.js';

/** What a memory region is for, seen from Linux. */
export const RegionUse = {
  /** The image is linked here and Linux loads its segments here. */
  image: 'image',
  /** A reserved region that Linux finds by its name (`vdev0vring0`, `vdev0buffer`, a carveout's name). */
  named: 'named',
  /** Linux allocates rings, buffers and carveouts without a fixed address from here. */
  pool: 'pool',
  /** Registers or mailbox words; nothing is linked or allocated here. */
  mailbox: 'mailbox',
} as const;
export type RegionUse = (typeof RegionUse)[keyof typeof RegionUse];

export interface MemoryRegion {
  readonly name: string;
  /** First device address. */
  readonly da: number;
  /** First physical address as Linux sees it; the same as `da` when left out. */
  readonly pa?: number;
  /** Bytes. */
  readonly len: number;
  readonly use: RegionUse;
  /** Where the numbers come from: manual section, device-tree file, or "chosen" for virtual boards. */
  readonly origin: string;
}

/** How Linux drives this processor. */
export interface LinuxSide {
  /** `rproc->name`, as the kernel prints it. */
  readonly processor: string;
  /** The remoteproc platform driver, as host-sim names it. */
  readonly driver: 'generic' | 'ivshmem';
  /** Prefix of messages that the platform driver's device prints. */
  readonly device: string;
  readonly hasIommu: boolean;
  readonly autoBoot: boolean;
  readonly recovery: boolean;
}

/** Limits of the JavaScript engine on this board, in bytes. */
export interface EngineLimits {
  readonly heap: number;
  readonly stack: number;
}

export interface Board {
  readonly name: string;
  readonly description: string;
  readonly cpu: CpuName;
  /** True when an image for this board holds machine code for its CPU; virtual boards never do. */
  readonly native: boolean;
  readonly memory: readonly MemoryRegion[];
  readonly engine: EngineLimits;
  /** How long the core may run without returning before its watchdog resets it, in virtual ms. */
  readonly watchdogMs: number;
  readonly linux: LinuxSide;
}

/** Checks a board's data and hands it back; throws with the board's name and the field at fault. */
export function defineBoard(board: Board): Board {
  const fail = (what: string): never => {
    throw new Error(`board ${board.name}: ${what}`);
  };
  if (!(board.cpu in cpus)) fail(`unknown cpu ${board.cpu}`);
  const seen: MemoryRegion[] = [];
  for (const region of board.memory) {
    if (region.len <= 0 || region.da < 0) fail(`region ${region.name} has no bytes`);
    for (const other of seen) {
      if (other.name === region.name) fail(`two regions are named ${region.name}`);
      const apart = region.da + region.len <= other.da || other.da + other.len <= region.da;
      if (!apart) {
        fail(`region ${region.name} at ${hex(region.da)} overlaps ${other.name} at ${hex(other.da)}`);
      }
    }
    seen.push(region);
  }
  if (!board.memory.some((region) => region.use === RegionUse.image)) fail('no region for the image');
  return board;
}

export function regionsFor(board: Board, use: RegionUse): MemoryRegion[] {
  return board.memory.filter((region) => region.use === use);
}

/** How device and physical addresses go together on this board; adjacent parallel regions are one range. */
export function addressRanges(board: Board): AddressRange[] {
  const ranges: AddressRange[] = [];
  for (const region of [...board.memory].sort((a, b) => a.da - b.da)) {
    const physical = region.pa ?? region.da;
    const last = ranges[ranges.length - 1];
    if (last && last.da + last.len === region.da && last.pa + last.len === physical) {
      ranges[ranges.length - 1] = { ...last, len: last.len + region.len };
    } else {
      ranges.push({ da: da(region.da), pa: pa(physical), len: region.len });
    }
  }
  return ranges;
}
