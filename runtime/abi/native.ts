/**
 * What the build, native start-up code (runtime/native) and whoever watches a core tell each other in memory. The C side
 * gets these formats as a generated header (runtime/native/build/abi-header.ts); nothing is declared twice.
 */
import { array, bytes, cstring, struct, u8, u16, u32 } from './struct.js';

/** Sections of a native image, and the symbols at their start. */
export const SECTION_BOARD = '.rproc.board';
export const SECTION_STATUS = '.rproc.status';
export const BOARD_SYMBOL = 'rproc_board';
export const STATUS_SYMBOL = 'rproc_status';

/** "RPBD" in memory order. */
export const BOARD_MAGIC = 0x44425052;
export const BOARD_VERSION = 1;

/** What start-up code has to know of a board; rows of the three formats below follow it in this order. */
export const NativeBoard = struct('rproc_board', {
  magic: u32,
  version: u16,
  /** Bytes of this header and all rows behind it. */
  size: u16,
  /** Hz of what the timer counts. */
  timer_hz: u32,
  /** One entry into the program that takes longer is a crash; 0: it may take as long as it likes. */
  watchdog_ms: u32,
  /** Heap bytes after which the engine looks for cycles again. */
  gc_threshold: u32,
  /** Bytes of the stack that the program may not use: C below it, and interrupts. */
  stack_margin: u32,
  /** `NativeTimer`, `NativeIrqc`, `NativeConsole`. */
  timer: u8,
  irqc: u8,
  console: u8,
  /** Entries of `irqs` that count. */
  irq_count: u8,
  timer_base: u32,
  /** Interrupt of the timer, where it has one at the controller. */
  timer_irq: u16,
  /** Interrupts of the mailbox. */
  irqs: array(u16, 5),
  irqc_base: u32,
  /** Second register block: a GIC's CPU interface, the context of a PLIC. */
  irqc_cpu: u32,
  console_base: u32,
  /** One store of `crash_value` to `crash_da`, `crash_width` bytes wide, tells the host of a crash; width 0: nothing does. */
  crash_da: u32,
  crash_value: u32,
  crash_width: u8,
  /** Rows that follow: `NativeRange`, `NativeProtection`, `NativeWrite`. */
  ranges: u8,
  protections: u8,
  writes: u8,
});

/** Memory that the program may have windows on, as device addresses. */
export const NativeRange = struct('rproc_range', { da: u32, len: u32 });

/**
 * One region of the memory protection unit, in the registers' own encoding.
 * Armv7-M: RBAR, RASR, unused. Cortex-R: DRBAR, DRSR, DRACR. RISC-V: pmpaddr, pmpcfg, unused.
 */
export const NativeProtection = struct('rproc_protection', { base: u32, size: u32, access: u32 });

/** A register to write before anything else runs. */
export const NativeWrite = struct('rproc_write', { da: u32, value: u32, width: u32 });

export const NativeTimer = { none: 0, systick: 1, sp804: 2, clint: 3, pmu: 4 } as const;
export const NativeIrqc = { none: 0, nvic: 1, pl190: 2, gic: 3, vim: 4, plic: 5 } as const;
export const NativeConsole = { none: 0, cmsdk: 1, pl011: 2, ns16550: 3 } as const;

/** "RPST" in memory order. */
export const STATUS_MAGIC = 0x54535052;
export const STATUS_VERSION = 1;

export const NativeState = { off: 0, starting: 1, running: 2, crashed: 3 } as const;

/** What stopped a core, in more words than the kernel's three crash types. */
export const CrashCause = {
  /** The program threw, or asked to crash. */
  program: 0,
  /** The payload cannot be run: damaged, of another engine, of another kind. */
  payload: 1,
  /** An entry took longer than the watchdog allows. */
  watchdog: 2,
  /** Memory that is not there or may not be touched. */
  memory: 3,
  /** An instruction that the core does not have. */
  instruction: 4,
  /** Any other exception or interrupt that nobody handles. */
  exception: 5,
} as const;

/**
 * What a core says of itself, in a section of its own that the loader zeroes. The remote writes it; a debugger, a coredump
 * and the QEMU core of the simulator read it.
 */
export const NativeStatus = struct('rproc_status', {
  magic: u32,
  version: u16,
  /** `NativeState`. */
  state: u8,
  /** `CrashCause`. */
  cause: u8,
  /** As `enum rproc_crash_type` numbers it. */
  type: u8,
  reserved: array(u8, 3),
  heap_size: u32,
  /** Bytes of the heap that are in use, blocks with their rounding; and the most that ever were. */
  heap_used: u32,
  heap_peak: u32,
  /** Bytes of the heap that were ever handed out, from its start on. */
  heap_reach: u32,
  /** Timer ticks, 64 bits, low word first: since reset, and of these asleep. */
  ticks: array(u32, 2),
  idle_ticks: array(u32, 2),
  /** Ticks from reset to the first line of JavaScript. */
  boot_ticks: u32,
  /** Arm: r0 to r12, sp, lr, pc, psr. RISC-V: x1 to x31, pc. */
  registers: array(u32, 32),
  /** Armv7-M: CFSR, HFSR, MMFAR, BFAR. Cortex-R: DFSR, DFAR, IFSR, IFAR. RISC-V: mcause, mtval. */
  fault: array(u32, 4),
  reason: cstring(192),
  /** As the engine prints it. */
  stack: cstring(1024),
});

/** Behind `AppHeader` where the payload is bytecode. */
export const AppBytecode = struct('rproc_app_bytecode', {
  /** Of the engine build that compiled it and has to run it. */
  engine_hash: bytes(16),
  /** First bytes of the SHA-256 of the source text, which the image may carry in `.rproc.program`. */
  source_hash: bytes(16),
});
