/** The Espruino build that an image is made of: what Linux would load of it. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { cpus } from '../../../boards/cpus.js';
import { PT_LOAD } from '../../../runtime/abi/elf.js';
import type { EspruinoOptions, MemoryArea } from '../../config/engine.js';
import type { Firmware } from '../../config/firmware.js';
import { readElf } from '../../elf/index.js';
import { objectMachines } from '../../elf/object-machines.js';
import { baseForOtherMachine, baseMissing, baseOverlap } from '../../errors.js';

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

/** @throws ProblemError RP2072 to RP2074 */
export async function readBase(firmware: Firmware, options: EspruinoOptions): Promise<EspruinoBase> {
  const file = resolve(firmware.dir, options.base);
  const bytes = await readFile(file).catch((error: Error) => {
    throw baseMissing(file, error.message, firmware.where);
  });
  const elf = readElf(new Uint8Array(bytes), file);
  const { machine } = cpus[firmware.board.cpu];
  const wanted = objectMachines[machine];
  if (elf.class !== wanted.class || elf.header.machine !== wanted.code)
    throw baseForOtherMachine(file, firmware.board.name, machine, firmware.where);
  const segments = elf.segments
    .filter(({ type, memsz }) => type === PT_LOAD && memsz > 0n)
    .map(({ paddr, offset, filesz, memsz }) => ({
      da: Number(paddr),
      data: elf.bytes.slice(Number(offset), Number(offset + filesz)),
      zeroes: Number(memsz - filesz),
    }))
    .sort((a, b) => a.da - b.da);
  const taken = segments.map(({ da, data, zeroes }) => ({
    name: 'a segment of the build',
    da,
    len: data.length + zeroes,
  }));
  const ours = [
    { name: 'savedCode', ...options.savedCode },
    { name: 'ram', ...options.ram },
  ];
  for (const [i, area] of ours.entries()) {
    const other = [...taken, ...ours.slice(i + 1)].find((one) => overlap(area, one));
    if (other) throw baseOverlap(area, other, firmware.where);
  }
  return { options, segments, entry: Number(elf.header.entry) };
}

function overlap(a: MemoryArea, b: MemoryArea): boolean {
  return a.da < b.da + b.len && b.da < a.da + a.len;
}
