/** Messages about programs for Espruino and builds of it: RP207x. */
import { hex } from '../../runtime/abi/address.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

/** What the gate found, one problem for each place. */
export function cannotRunOnEspruino(
  findings: readonly {
    readonly kind: 'syntax' | 'library';
    readonly what: string;
    readonly instead: string;
    readonly where: string;
  }[],
): ProblemError {
  return new ProblemError(
    ...findings.map(({ kind, what, instead, where }) => ({
      code: kind === 'syntax' ? 'RP2070' : 'RP2071',
      what,
      where,
      fix: instead,
      exit: 1 as const,
    })),
  );
}

export function baseMissing(file: string, reason: string, where: string): ProblemError {
  return fail({
    code: 'RP2072',
    what: `the Espruino build ${file} cannot be read: ${reason}`,
    where,
    fix: 'name the ELF file of a build in espruino.base, relative to the configuration',
    exit: 2,
  });
}

export function baseForOtherMachine(
  file: string,
  board: string,
  machine: string,
  where: string,
): ProblemError {
  return fail({
    code: 'RP2073',
    what: `${file} is no image for ${machine}, as ${board} needs one`,
    where,
    linux: 'refuses images of another class or machine (-EINVAL), or starts code that the core cannot run',
    fix: 'use the Espruino build that was made for this core',
    exit: 2,
  });
}

/** @param reason what is wrong with it, as the end of a sentence about the file */
export function baseUnusable(file: string, reason: string, where: string): ProblemError {
  return fail({
    code: 'RP2076',
    what: `${file} is no Espruino build that Linux could load: ${reason}`,
    where,
    linux: 'would refuse the image, or start a core without a program',
    fix: 'name the linked ELF file of a build (not .o, .bin or .hex) in espruino.base; build or copy it again if it is damaged',
    exit: 2,
  });
}

export function baseOutside(area: NamedArea, board: string, where: string): ProblemError {
  return fail({
    code: 'RP2077',
    what: `espruino: ${rangeOf(area)} is not memory that ${board} shares with Linux`,
    where,
    linux: 'refuses the image: "bad phdr da ... mem ...", errno -22',
    fix: 'link Espruino for memory of this board and name areas in it; rproc boards lists it',
    exit: 2,
  });
}

const rangeOf = ({ name, da, len }: NamedArea): string => `${name} (${hex(da)} to ${hex(da + len)})`;

interface NamedArea {
  readonly name: string;
  readonly da: number;
  readonly len: number;
}

export function baseOverlap(area: NamedArea, other: NamedArea, where: string): ProblemError {
  return fail({
    code: 'RP2074',
    what: `espruino: ${rangeOf(area)} overlaps ${rangeOf(other)}`,
    where,
    linux: 'would load one over the other',
    fix: 'name memory that the build and the board leave alone: the linker map and platform_config.h of the build tell',
    exit: 2,
  });
}

export function programTooLarge(program: number, used: number, area: number): ProblemError {
  return fail({
    code: 'RP2075',
    what: `the program of ${program} bytes takes ${used} bytes of Espruino's Storage, which has ${area}`,
    fix: 'make espruino.savedCode larger, as the build has it, or the program smaller',
    exit: 1,
  });
}
