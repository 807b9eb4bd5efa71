/** The Espruino build that an image is made of: what Linux would load of it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { addressRanges, RegionUse } from '../../../boards/board.js';
import { cpus } from '../../../boards/cpus.js';
import { type Da, daToPa } from '../../../runtime/abi/address.js';
import { PT_LOAD } from '../../../runtime/abi/elf.js';
import { ProblemError } from '../../../runtime/abi/problem.js';
import type { EspruinoOptions, MemoryArea } from '../../config/engine.js';
import type { Firmware } from '../../config/firmware.js';
import { type ElfFile, readElf } from '../../elf/index.js';
import { objectMachines } from '../../elf/object-machines.js';
import { baseForOtherMachine, baseMissing, baseOutside, baseOverlap, baseUnusable } from '../../errors.js';

/** A PT_LOAD of the build. */
export interface BaseSegment {
  /** Where Linux loads it: `p_paddr`. */
  readonly da: number;
  readonly data: Uint8Array;
  /** Bytes of zeroes behind the data. */
  readonly zeroes: number;
}

export interface EspruinoBase {
  readonly options: EspruinoOptions;
  readonly segments: readonly BaseSegment[];
  readonly entry: number;
}

/** @throws ProblemError RP2072 to RP2074, RP2076 and RP2077 */
export async function readBase(firmware: Firmware, options: EspruinoOptions): Promise<EspruinoBase> {
  const file = resolve(firmware.dir, options.base);
  const bytes = await readFile(file).catch((error: Error) => {
    throw baseMissing(file, error.message, firmware.where);
  });
  const elf = elfOf(new Uint8Array(bytes), file, firmware.where);
  const { machine } = cpus[firmware.board.cpu];
  const wanted = objectMachines[machine];
  if (elf.class !== wanted.class || elf.header.machine !== wanted.code)
    throw baseForOtherMachine(file, firmware.board.name, machine, firmware.where);
  const loaded = elf.segments.filter(({ type, memsz }) => type === PT_LOAD && memsz > 0n);
  if (loaded.length === 0) throw baseUnusable(file, 'it has no segment to load', firmware.where);
  const cut = loaded.find(({ offset, filesz }) => offset + filesz > BigInt(elf.bytes.length));
  if (cut) throw baseUnusable(file, `segment ${cut.index} exceeds the file`, firmware.where);
  const segments = loaded
    .map(({ paddr, offset, filesz, memsz }) => ({
      da: Number(paddr),
      data: elf.bytes.slice(Number(offset), Number(offset + filesz)),
      zeroes: Number(memsz - filesz),
    }))
    .sort((a, b) => a.da - b.da);
  checkAreas(segments, options, firmware);
  return { options, segments, entry: Number(elf.header.entry) };
}

function elfOf(bytes: Uint8Array, file: string, where: string): ElfFile {
  try {
    return readElf(bytes, file);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    throw baseUnusable(file, error.problems[0].what.replace(`${file} `, 'it '), where);
  }
}

/** Everything of the image in memory of the board, and nothing on top of another or of what Linux keeps there. */
function checkAreas(
  segments: readonly BaseSegment[],
  { savedCode, ram }: EspruinoOptions,
  { board, where }: Firmware,
): void {
  const areas = [
    { name: 'savedCode', ...savedCode },
    { name: 'ram', ...ram },
    ...segments.map(({ da, data, zeroes }, i) => ({
      ...{ name: `segment ${i} of the build`, da, len: data.length + zeroes },
    })),
  ];
  const ranges = addressRanges(board);
  const kept = board.memory.filter(({ use }) => use !== RegionUse.image);
  for (const [i, area] of areas.entries()) {
    const other = [...areas.slice(i + 1), ...kept].find((one) => overlap(area, one));
    if (other) throw baseOverlap(area, other, where);
    if (daToPa(ranges, area.da as Da, area.len) === undefined) throw baseOutside(area, board.name, where);
  }
}

function overlap(a: MemoryArea, b: MemoryArea): boolean {
  return a.da < b.da + b.len && b.da < a.da + a.len;
}
