/** The object file with the board record: what start-up code (runtime/native) has to know of its board. */
import { type NativeSide, RegionUse } from '../../boards/board.js';
import { cpus } from '../../boards/cpus.js';
import {
  BOARD_MAGIC,
  BOARD_SYMBOL,
  BOARD_VERSION,
  NativeBoard,
  NativeConsole,
  NativeIrqc,
  NativeProtection,
  NativeRange,
  NativeTimer,
  NativeWrite,
  SECTION_BOARD,
} from '../../runtime/abi/native.js';
import { concat } from '../elf/object-layout.js';
import { type ObjectRelocation, writeObject } from '../elf/write-object.js';
import { boardRecord } from '../errors.js';
import { type NativeBoardData, type NativeLayout, STACK_MARGIN } from './layout.js';
import type { ProtectionRow } from './protection/index.js';

/** Entries of `NativeBoard.irqs`. */
const MAX_IRQS = 5;
/** Rows of each kind: what start-up code keeps for windows (MAX_RANGES in runtime/native/hal.c), what a count holds. */
const MAX_ROWS = { ranges: 16, protections: 255, writes: 255 } as const;

/**
 * The ELF relocatable file: section `.rproc.board` with symbol `rproc_board`, the header and its rows; the linker fills in
 * the addresses in protection rows that only it knows.
 * @throws ProblemError RP2031 for a board that the record cannot describe
 */
export function boardObject(board: NativeBoardData, layout: NativeLayout): Uint8Array {
  const { native } = board;
  const { protections } = layout;
  const ranges = memoryRanges(board);
  const writes = native.setup ?? [];
  for (const [what, rows] of Object.entries({ ranges, protections, writes })) {
    const most = MAX_ROWS[what as keyof typeof MAX_ROWS];
    if (rows.length > most) throw boardRecord(board.name, `${rows.length} ${what}`, `up to ${most}`);
  }
  const size =
    NativeBoard.size +
    ranges.length * NativeRange.size +
    protections.length * NativeProtection.size +
    writes.length * NativeWrite.size;
  const header = NativeBoard.pack({
    magic: BOARD_MAGIC,
    version: BOARD_VERSION,
    size,
    ...timer(native),
    ...controller(board),
    watchdog_ms: board.watchdogMs,
    gc_threshold: gcThreshold(board.engine.heap),
    stack_margin: STACK_MARGIN,
    console: native.console ? NativeConsole[native.console.type] : NativeConsole.none,
    console_base: native.console?.base ?? 0,
    crash_da: native.crash?.da ?? 0,
    crash_value: native.crash?.value ?? 0,
    crash_width: native.crash?.width ?? 0,
    ranges: ranges.length,
    protections: protections.length,
    writes: writes.length,
  });
  const bytes = concat([
    header,
    ...ranges.map((range) => NativeRange.pack(range)),
    ...protections.map(({ base, size: second, access }) =>
      NativeProtection.pack({ base: typeof base === 'number' ? base : 0, size: second, access }),
    ),
    ...writes.map((write) => NativeWrite.pack(write)),
  ]);
  return writeObject({
    machine: cpus[board.cpu].machine,
    sections: [
      {
        ...{ name: SECTION_BOARD, type: 'progbits', alloc: true, align: 8, data: bytes },
        relocations: relocations(protections, NativeBoard.size + ranges.length * NativeRange.size),
      },
    ],
    symbols: [{ name: BOARD_SYMBOL, section: SECTION_BOARD, size: bytes.length }],
  });
}

function relocations(protections: readonly ProtectionRow[], at: number): ObjectRelocation[] {
  return protections.flatMap(({ base }, i) =>
    typeof base === 'number'
      ? []
      : [
          {
            offset: at + i * NativeProtection.size + NativeProtection.offset.base,
            symbol: base.symbol,
            addend: base.addend,
          },
        ],
  );
}

function timer({ timer: one }: NativeSide) {
  const placed =
    'base' in one ? { timer_base: one.base, timer_irq: one.irq ?? 0 } : { timer_base: 0, timer_irq: 0 };
  return { timer: NativeTimer[one.type], timer_hz: one.hz, ...placed };
}

function controller({ name, native: { irqc, mailboxIrqs } }: NativeBoardData) {
  const count = mailboxIrqs.length;
  if (count > MAX_IRQS) throw boardRecord(name, `${count} mailbox interrupts`, `up to ${MAX_IRQS}`);
  return {
    irqc: NativeIrqc[irqc.type],
    irqc_base: 'base' in irqc ? irqc.base : 0,
    irqc_cpu: 'base' in irqc ? (irqc.cpu ?? 0) : 0,
    irq_count: count,
    irqs: [...mailboxIrqs, ...Array<number>(MAX_IRQS - count).fill(0)],
  };
}

/** An eighth of the heap: small cores need the collector early, large ones should not run it for nothing. */
function gcThreshold(heap: number): number {
  return Math.min(Math.max(heap / 8, 16 * 1024), 256 * 1024);
}

/** Memory for windows: the board's regions, where neighbours are one range, so that a window may reach across. */
function memoryRanges({ memory }: NativeBoardData): { da: number; len: number }[] {
  const ranges: { da: number; len: number }[] = [];
  const usable = memory.filter(({ use }) => use !== RegionUse.mailbox);
  for (const { da, len } of [...usable].sort((a, b) => a.da - b.da)) {
    const last = ranges.at(-1);
    if (last && last.da + last.len === da) last.len += len;
    else ranges.push({ da, len });
  }
  return ranges;
}
