/** What a native core leaves in memory when it stops for good (runtime/abi/native.ts). */
import type { Board } from '../../../boards/board.js';
import { regionsFor } from '../../../boards/board.js';
import { cpus } from '../../../boards/cpus.js';
import { da, daToPa, type Pa, pa } from '../../../runtime/abi/address.js';
import {
  NativeState,
  NativeStatus,
  SECTION_STATUS,
  STATUS_MAGIC,
  STATUS_VERSION,
} from '../../../runtime/abi/native.js';
import { ElfView } from '../../remoteproc/elf-helpers.js';
import type { SocMemory } from '../../soc/memory.js';
import { type CrashReport, CrashType } from '../core.js';
import { mapStack, sourceMapOf } from '../quickjs/stack-map.js';

/** Alignment of the record. */
const ALIGN = 16;

const arm = [...Array.from({ length: 13 }, (_, i) => `r${i}`), 'sp', 'lr', 'pc', 'psr'];
const riscv = [...Array.from({ length: 31 }, (_, i) => `x${i + 1}`), 'pc'];

/** Why the core stopped, as its status record in `memory` says it. */
export function crashOf(board: Board, memory: SocMemory, image: Uint8Array): CrashReport {
  const at = recordAt(board, memory, image);
  const status = at === undefined ? undefined : NativeStatus.unpack(memory.peek(at, NativeStatus.size));
  const isRecord = status?.magic === STATUS_MAGIC && status.version === STATUS_VERSION;
  if (!status || !isRecord || status.state !== NativeState.crashed) {
    const reason = 'the core rang that it has stopped, and left no record that says why';
    return { type: CrashType.fatal, reason, stack: [] };
  }
  const names = cpus[board.cpu].machine === 'arm' ? arm : riscv;
  // They are those of a fault: an error of the program has none.
  const faulted = status.registers.some((value) => value !== 0);
  return {
    type: Object.values(CrashType).find((type) => type === status.type) ?? CrashType.fatal,
    reason: status.reason,
    stack: mapStack(status.stack, sourceMapOf(image), { headLines: 0 }),
    ...(faulted && { registers: Object.fromEntries(names.map((name, i) => [name, status.registers[i]])) }),
  };
}

/** Where the image's section is; in an image without section headers, where something begins as the record does. */
function recordAt(board: Board, memory: SocMemory, image: Uint8Array): Pa | undefined {
  const section = new ElfView(image).findSection(SECTION_STATUS);
  if (section) return daToPa(memory.ranges, da(Number(section.sh_addr)), NativeStatus.size);
  for (const { da: from, pa: physical = from, len } of regionsFor(board, 'image')) {
    const bytes = memory.peek(pa(physical), len);
    const words = new DataView(bytes.buffer);
    for (let offset = 0; offset + NativeStatus.size <= len; offset += ALIGN) {
      const begins = words.getUint32(offset, true) === STATUS_MAGIC;
      if (begins && words.getUint16(offset + 4, true) === STATUS_VERSION) return pa(physical + offset);
    }
  }
  return undefined;
}
