/** Messages about ELF files that are read: RP3xxx. */
import type { ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function notElf(file: string, reason: string): ProblemError {
  return fail({
    code: 'RP3001',
    what: `${file} is not an ELF image: ${reason}`,
    linux: 'refuses to boot it: "Image is corrupted (bad magic)" or "Image is too small", errno -22',
    fix: 'name the .elf file that the linker wrote, not a .bin, .hex or .js',
    exit: 1,
  });
}

export function elfTooSmall(file: string, size: number, needed: number): ProblemError {
  return fail({
    code: 'RP3002',
    what: `${file} ends inside its ELF header: ${size} bytes, the header has ${needed}`,
    linux: `refuses to boot it: "${needed === 64 ? 'elf64 header is too small' : 'Image is too small'}", errno -22`,
    fix: 'link or copy the image again, the file is cut off',
    exit: 1,
  });
}

export function unsupportedElf(file: string, reason: string, kernel: string): ProblemError {
  return fail({
    code: 'RP3003',
    what: `${file} is an ELF file of an unsupported kind: ${reason}`,
    linux: `refuses to boot it: "${kernel}", errno -22`,
    fix: 'build the firmware for a little-endian 32-bit or 64-bit core',
    exit: 1,
  });
}

export function elfPartOutOfBounds(file: string, part: string): ProblemError {
  return fail({
    code: 'RP3004',
    what: `${file}: ${part} does not lie inside the file`,
    linux: 'reads only what the file holds and refuses a truncated segment or resource table, errno -22',
    fix: 'link or copy the image again, the file is cut off or its headers are damaged',
    exit: 1,
  });
}

export function damagedImage(file: string, damage: readonly string[]): ProblemError {
  return fail({
    code: 'RP3005',
    what: `${file} is damaged: ${damage[0]}${damage.length > 1 ? ` (and ${damage.length - 1} more)` : ''}`,
    linux: 'refuses an image whose headers or segments lie outside of the file, errno -22',
    fix: 'link or copy the image again; rproc inspect lists the damage, --board lets Linux say what it finds',
    exit: 1,
  });
}

/** `inspect` has shown what there is of a damaged image. */
export function partlyRead(file: string, damage: readonly string[]): ProblemError {
  const places = damage.length === 1 ? 'one place' : `${damage.length} places`;
  return fail({
    code: 'RP3010',
    what: `${file} is damaged in ${places}; what can be read of it is shown, the damage at its end`,
    linux: 'checks less than this: rproc check says what becomes of the image, --board names where',
    fix: 'link or copy the image again',
    exit: 1,
  });
}
