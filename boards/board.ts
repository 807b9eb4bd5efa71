/** What a board is made of. A board is data: one file per board, checked when it is defined (define-board.ts). */
import { type AddressRange, da, pa } from '../runtime/abi/address.js';
import type { CpuName } from './cpus.js';

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
  /** Linux keeps the table that the remote must watch here, whatever the image says (i.MX `rsc-table`). */
  table: 'table',
} as const;
export type RegionUse = (typeof RegionUse)[keyof typeof RegionUse];

/** A piece of memory that the core and Linux share, and what it is for. */
export interface MemoryRegion {
  readonly name: string;
  /** First device address. */
  readonly da: number;
  /** First physical address as Linux sees it; the same as `da` when left out. */
  readonly pa?: number;
  /** Bytes. */
  readonly len: number;
  readonly use: RegionUse;
  /**
   * The core's own memory (TCM and the like), which the platform driver knows by itself. All other regions are
   * reserved-memory nodes that the device tree names in the processor's `memory-region`.
   */
  readonly internal?: boolean;
  /** Name of another region that is the same memory at another address: link into one of them only. */
  readonly aliasOf?: string;
  /** Where the numbers come from: manual section, device-tree file, or "chosen" for virtual boards. */
  readonly origin: string;
}

/**
 * One row of the translation that the SoC's Linux driver applies. Several rows may lead to the same physical memory
 * (aliases); the first one that holds an address wins.
 */
export interface TranslationRow {
  readonly name: string;
  readonly da: number;
  /** The same as `da` when left out. */
  readonly pa?: number;
  readonly len: number;
  /** The driver maps it at probe; other rows are usable only where a reserved region covers them. */
  readonly own?: boolean;
  /** Not in the driver's table: reserved regions that Linux registers as carveouts with da = pa. */
  readonly carveouts?: boolean;
  readonly origin: string;
}

/** The remoteproc platform drivers that boards name; host-sim says what each does. */
export const linuxDrivers = [
  'generic',
  'ivshmem',
  'stm32_rproc',
  'imx_rproc',
  'ti_k3_r5',
  'ti_k3_m4',
  'xlnx_r5',
] as const;
export type LinuxDriver = (typeof linuxDrivers)[number];

/** How Linux drives this processor. */
export interface LinuxSide {
  /** `rproc->name`, as the kernel prints it. */
  readonly processor: string;
  /** The name under kernels where it is another one, by kernel version. */
  readonly processorUnder?: { readonly [kernel: string]: string };
  /** Firmware file that the device tree names (`firmware-name`); `rproc-PROCESSOR-fw` when left out. */
  readonly firmware?: string;
  readonly driver: LinuxDriver;
  /** Prefix of messages that the platform driver's device prints. */
  readonly device: string;
  /** Bits of the CPU that runs Linux; 64 when left out. */
  readonly hostBits?: 32;
  readonly hasIommu: boolean;
  readonly autoBoot: boolean;
  readonly recovery: boolean;
  /** False where the driver goes on without a resource table; required when left out. */
  readonly tableRequired?: boolean;
  /** The driver refuses a range that ends exactly where its table's row or mapped region ends (i.MX). */
  readonly strictEnds?: boolean;
  /** The driver registers what a table asks for at a fixed address inside its window; others allocate elsewhere. */
  readonly placesFixed?: boolean;
  /** How many vdevs the driver's doorbell serves, where that is limited. */
  readonly maxVdevs?: number;
  /** First kernel whose driver knows this SoC, where it is not in all of them. */
  readonly since?: string;
}

/** How the core finds its first instruction. */
export type BootRule =
  /** Virtual core: the program is found by its app header. */
  | { readonly kind: 'app-header' }
  /** Linux programs nothing: a vector table must lie at this device address. */
  | { readonly kind: 'vectors-at'; readonly da: number }
  /** The driver programs `e_entry`, a vector table must start there, aligned like this. */
  | { readonly kind: 'entry'; readonly align: number }
  /** Linux programs nothing, and where the core fetches first is not in what was read. */
  | { readonly kind: 'unknown' };

/** The doorbell between Linux and the core, as data for the remote's driver and the simulator's model. */
export interface MailboxData {
  readonly type:
    | 'stm32-ipcc'
    | 'imx-mu'
    | 'omap-mailbox'
    | 'zynqmp-ipi'
    | 'cmsdk-uart'
    | 'pl011-uart'
    | 'ns16550-uart';
  /** Register layout or variant, spelled as in the manual. */
  readonly layout?: string;
  /** First register as the CPU that runs Linux sees it; absent where it is not known. */
  readonly linuxBase?: number;
  /** First register as the remote core sees it; absent where it is not known. */
  readonly remoteBase?: number;
  /** Channel or FIFO numbers by what they are for. */
  readonly channels?: { readonly [name: string]: number };
  readonly origin: string;
}

/** A register and what is stored there. */
export interface RegisterWrite {
  readonly da: number;
  readonly value: number;
  /** Bytes. */
  readonly width: 1 | 2 | 4;
}

/** A core as start-up code in C sees it (runtime/native); numbers are device addresses unless they say otherwise. */
export interface NativeSide {
  /** What `now()` and alarms are made from; `hz` of what it counts. `pmu` has no interrupt: alarms are polled for. */
  readonly timer:
    | { readonly type: 'systick' | 'pmu'; readonly hz: number }
    | { readonly type: 'sp804' | 'clint'; readonly hz: number; readonly base: number; readonly irq?: number };
  /** The interrupt controller. `cpu` is a GIC's CPU interface, or the number of a PLIC's context. */
  readonly irqc:
    | { readonly type: 'nvic' }
    | {
        readonly type: 'pl190' | 'gic' | 'vim' | 'plic';
        readonly base: number;
        readonly cpu?: number;
      };
  /** Interrupts of the mailbox as the controller numbers them. Without any the mailbox is polled, and the core never sleeps. */
  readonly mailboxIrqs: readonly number[];
  /** UART for the raw log. */
  readonly console?: { readonly type: 'cmsdk' | 'pl011' | 'ns16550'; readonly base: number };
  /** The store that tells Linux of a crash. */
  readonly crash?: RegisterWrite;
  /** Registers to write before anything else. */
  readonly setup?: readonly RegisterWrite[];
  /**
   * Registers that programs may use besides those that are named here. A Cortex-R reaches nothing that its board does not
   * name; other cores reach everything.
   */
  readonly registers?: readonly { readonly da: number; readonly len: number }[];
  /**
   * Which region each part goes to. `libraries` (C library, compiler support, mathematics) and `constants` (of engine and
   * start-up code) are where `code` is when left out, everything else where `data` is, which is the board's first image
   * region.
   */
  readonly place: {
    readonly vectors: string;
    readonly code: string;
    readonly libraries?: string;
    readonly constants?: string;
    readonly data: string;
    readonly heap?: string;
    readonly stack?: string;
  };
  /** True when this image has run on this very core; the docs name all others "not run on silicon by us". */
  readonly proven: boolean;
  readonly origin: string;
}

/** How QEMU plays a board. */
export interface QemuData {
  /** `qemu-system-SYSTEM`. */
  readonly system: 'arm' | 'riscv32';
  /** `-M`, without the memory backend. */
  readonly machine: string;
  readonly cpu?: string;
  /** Further arguments, such as devices. */
  readonly args?: readonly string[];
  /** The RAM that is a shared file: all of it from `base` on. */
  readonly ram: { readonly base: number; readonly len: number };
  /** What of the RAM the machine writes itself when it starts, such as its device tree: Linux's bytes are put back. */
  readonly writes?: { readonly base: number; readonly len: number };
  /**
   * Start-up code of the machine, at address 0: jumps to the vector table whose address the core's start leaves in the
   * last word of the RAM. Absent where the machine starts in the RAM by itself.
   */
  readonly rom?: readonly number[];
  /** Which `-serial` is the console; the other one is the doorbell. Absent: the doorbell is a device of `args` on chardev `door`. */
  readonly serial: readonly ('console' | 'doorbell')[];
}

/** Limits of the JavaScript engine on this board, in bytes. */
export interface EngineLimits {
  readonly heap: number;
  readonly stack: number;
}

/** A core, its memory, and the Linux beside it. */
export interface Board {
  /** What configurations and `--board` call it. */
  readonly name: string;
  /** One line for `rproc boards`. */
  readonly description: string;
  /** Decides the machine of the ELF image. */
  readonly cpu: CpuName;
  /**
   * What start-up code on the core itself needs to know. An image for a board without it holds no machine code and runs on
   * simulated cores only, as on all virtual boards.
   */
  readonly native?: NativeSide;
  /** How QEMU plays this board; absent where it cannot. */
  readonly qemu?: QemuData;
  readonly memory: readonly MemoryRegion[];
  /** The SoC's address translation; follows from `memory` when left out. */
  readonly translation?: readonly TranslationRow[];
  readonly boot: BootRule;
  /** The doorbell; absent on virtual boards, whose kicks are calls. */
  readonly mailbox?: MailboxData;
  /** Bytes of the table that Linux takes when it attaches to a running core; absent where it cannot. */
  readonly attachTableBytes?: number;
  readonly engine: EngineLimits;
  /** How long the core may run without returning before its watchdog resets it, in virtual ms. */
  readonly watchdogMs: number;
  readonly linux: LinuxSide;
}

/** `rproc->name` under a kernel. */
export function processorName({ linux }: Board, kernel: string): string {
  return linux.processorUnder?.[kernel] ?? linux.processor;
}

export function regionsFor(board: Board, use: RegionUse): MemoryRegion[] {
  return board.memory.filter((region) => region.use === use);
}

/**
 * How device and physical addresses go together on this board, in the order in which rows are tried. Without a
 * translation of the SoC, adjacent parallel regions are one range.
 */
export function addressRanges(board: Board): AddressRange[] {
  if (board.translation) {
    return board.translation.map((row) => ({ da: da(row.da), pa: pa(row.pa ?? row.da), len: row.len }));
  }
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
