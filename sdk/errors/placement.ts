/** Messages about where things lie: the table, sections, linked addresses, the sum of it all. */
import { hex } from '../../runtime/abi/address.js';
import type { Problem } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

type Where = string | undefined;

export function tableTooLargeToAttach(size: number, max: number, board: string, where: Where): Problem {
  return {
    code: 'RP1034',
    what: `the resource table has ${size} bytes; Linux takes ${max} when it attaches on ${board}`,
    where,
    linux: 'reads entries behind that as whatever lies there, and overwrites all of it when it detaches',
    fix: 'declare fewer resources, or leave attach out',
    exit: 2,
  };
}

export function tableRegionTooSmall(size: number, len: number, board: string, where: Where): Problem {
  return {
    code: 'RP1035',
    what: `the resource table has ${size} bytes; the region in which Linux keeps it on ${board} has ${len}`,
    where,
    linux: 'copies the whole table there, over whatever follows the region',
    fix: 'declare fewer resources',
    exit: 2,
  };
}

export function addressesOverlap(
  name: string,
  da: number,
  other: string,
  otherDa: number,
  where: Where,
): Problem {
  return {
    code: 'RP1036',
    what: `"${name}" at ${hex(da)} overlaps "${other}" at ${hex(otherDa)}`,
    where,
    linux: 'does not check it: the two write over each other',
    fix: 'move one of them, or leave its address out',
    exit: 2,
  };
}

export function notAnImageRegion(
  what: string,
  region: string,
  usable: readonly string[],
  board: string,
  where: Where,
): Problem {
  return {
    code: 'RP1037',
    what: `${what} is to lie in "${region}", which is not memory for the image on ${board}`,
    where,
    linux: 'loads segments only where the platform driver lets it',
    fix: `use one of ${usable.join(', ')}`,
    exit: 2,
  };
}

export function poolTooSmall(needed: number, len: number, board: string, where: Where): Problem {
  return {
    code: 'RP1038',
    what: `rings, buffers and carveouts take ${needed} bytes of the pool of ${board}, which has ${len}`,
    where,
    linux: 'fails with errno -12 when the pool is empty; it gives out powers of two of 4096 bytes',
    fix: 'declare fewer buffers (num) or smaller carveouts, or give the board a larger pool',
    exit: 2,
  };
}

export function sectionName(name: string, reason: string, where: Where): Problem {
  return {
    code: 'RP1039',
    what: `"${name}" cannot name a section: ${reason}`,
    where,
    fix: 'use a name of its own such as .coefficients: a dot, letters, digits and _',
    exit: 2,
  };
}

export function linkedName(address: string, known: readonly string[], where: Where): Problem {
  return {
    code: 'RP1040',
    what: `the image has no ${address}`,
    where,
    linux: 'would get an address that nothing is at; the linker refuses first',
    fix: `use one of ${known.join(', ')}`,
    exit: 2,
  };
}

export function badLinked(address: string, reason: string, where: Where): Problem {
  return {
    code: 'RP1041',
    what: `${address} is no address that a linker can fill in: ${reason}`,
    where,
    fix: 'give a symbol or section as it is spelled in the image, and an offset from 0 to 0xffffffff',
    exit: 2,
  };
}

export function sectionContent(name: string, reason: string, where: Where): Problem {
  return {
    code: 'RP1042',
    what: `the section "${name}" ${reason}`,
    where,
    fix: 'give one of data, file and size, and an align that is a power of two up to 65536',
    exit: 2,
  };
}

export function sectionFile(name: string, path: string, reason: string, where: Where) {
  return fail({
    code: 'RP1045',
    what: `the content of section "${name}" cannot be read from ${path}: ${reason}`,
    where,
    fix: 'file is a path relative to firmware.config.ts',
    exit: 2,
  });
}

export function noEntry(name: string, where: Where) {
  return fail({
    code: 'RP1044',
    what: `"${name}" declares no entry, so there is no program to build`,
    where,
    fix: "add entry: './src/main.ts'; a C project writes its files with rproc emit instead",
    exit: 2,
  });
}

export function cannotAttach(board: string, where: Where): Problem {
  return {
    code: 'RP1046',
    what: `Linux cannot attach to a running core on ${board}, as far as is known`,
    where,
    linux: 'registers the processor as offline and boots an image itself',
    fix: 'leave attach out',
    exit: 2,
  };
}
