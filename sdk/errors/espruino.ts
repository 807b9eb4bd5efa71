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
    what: `${file} is not a ${machine} image, as ${board} needs one`,
    where,
    linux: 'refuses images of another class or machine (-EINVAL), or starts code that the core cannot run',
    fix: 'use the Espruino build that was made for this core',
    exit: 2,
  });
}

interface NamedArea {
  readonly name: string;
  readonly da: number;
  readonly len: number;
}

export function baseOverlap(area: NamedArea, other: NamedArea, where: string): ProblemError {
  const range = ({ name, da, len }: NamedArea): string => `${name} (${hex(da)} to ${hex(da + len)})`;
  return fail({
    code: 'RP2074',
    what: `espruino: ${range(area)} overlaps ${range(other)}`,
    where,
    linux: 'would load one over the other',
    fix: 'name memory that the build leaves alone: its linker map and platform_config.h tell',
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
