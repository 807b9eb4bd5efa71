/** Messages about declarations and configurations: RP1xxx. */
import { hex } from '../../runtime/abi/address.js';
import type { Problem, ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function configMissing(file: string): ProblemError {
  return fail({
    code: 'RP1001',
    what: `${file} does not exist`,
    fix: 'name the folder of a firmware project; its firmware.config.ts exports defineFirmware({ ... })',
    exit: 2,
  });
}

export function configFailed(file: string, error: unknown): ProblemError {
  const reason = error instanceof Error ? error.message : String(error);
  return fail({
    code: 'RP1002',
    what: `${file} cannot be loaded: ${reason.split('\n')[0]}`,
    where: placeIn(file, error),
    fix: 'correct the configuration; it is an ES module whose default export is defineFirmware({ ... })',
    exit: 2,
  });
}

/** Where in `file` an error came from, as its message or its stack says; the file itself when neither does. */

function placeIn(file: string, error: unknown): string {
  const { message = '', stack = '' } = error instanceof Error ? error : {};
  for (const text of [message, stack]) {
    const at = text.indexOf(`${file}:`);
    const match = at < 0 ? null : /^:(\d+)/.exec(text.slice(at + file.length));
    // Only the line: the column is that of the transpiled text.
    if (match) return `${file}:${match[1]}`;
  }
  return file;
}

export function badField(field: string, reason: string, where: string): Problem {
  return {
    code: 'RP1003',
    what: `${field}: ${reason}`,
    where,
    fix: 'export default defineFirmware({ name, board, entry, resources: [trace(), rpmsgVdev()] })',
    exit: 2,
  };
}

export function notDeclared(where: string): ProblemError {
  return fail({
    code: 'RP1016',
    what: 'the default export is not a firmware declaration',
    where,
    fix: 'export default defineFirmware({ name, board, entry, resources: [trace(), rpmsgVdev()] })',
    exit: 2,
  });
}

export function unknownBoard(
  name: string,
  known: readonly string[],
  where: string | undefined,
): ProblemError {
  return fail({
    code: 'RP1004',
    what: `there is no board "${name}"`,
    where,
    fix: `use one of ${known.join(', ')} (rproc boards describes them), or define your own with defineBoard`,
    exit: 2,
  });
}

export function entryMissing(entry: string, where: string): Problem {
  return {
    code: 'RP1005',
    what: `the entry ${entry} does not exist`,
    where,
    fix: "entry is the path of the program's first file, relative to firmware.config.ts",
    exit: 2,
  };
}

export function duplicateName(name: string, where: string | undefined, other: string | undefined): Problem {
  return {
    code: 'RP1006',
    what: `two resources are named "${name}"`,
    where,
    linux: 'refuses a second carveout of the same name (errno -12) and cannot tell other entries apart',
    fix: `give one of them another name; the first is at ${other ?? 'an unknown place'}`,
    exit: 2,
  };
}

export function nameTooLong(name: string, size: number, where: string | undefined): Problem {
  return {
    code: 'RP1007',
    what: `the name "${name}" has ${size} bytes`,
    where,
    linux: 'reads a name as 32 bytes with its NUL, so it would see another name',
    fix: 'shorten it to at most 31 bytes',
    exit: 2,
  };
}

export function nameUnusable(name: string, where: string | undefined): Problem {
  return {
    code: 'RP1008',
    what: `"${name}" cannot name a resource`,
    where,
    linux: 'passes names through its printf formatter, where % has a meaning, and ends them at a NUL',
    fix: 'use a name of 1 to 31 bytes without % and NUL',
    exit: 2,
  };
}

export function traceSize(name: string, size: number, where: string | undefined): Problem {
  return {
    code: 'RP1009',
    what: `the trace buffer "${name}" has ${size} bytes`,
    where,
    linux: 'shows whatever lies there up to the first NUL',
    fix: 'use a multiple of 4 from 16 bytes on; 4096 is customary',
    exit: 2,
  };
}

export function vringNum(name: string, num: number, where: string | undefined): Problem {
  return {
    code: 'RP1010',
    what: `the vrings of "${name}" have ${num} entries; virtio needs a power of two up to 32768`,
    where,
    linux: 'does not check it and takes ring slots with a mask: messages get lost or repeated',
    fix: 'use 256 or another power of two',
    exit: 2,
  };
}

export function vringAlign(name: string, align: number, where: string | undefined): Problem {
  return {
    code: 'RP1011',
    what: `the vrings of "${name}" are aligned to ${align} bytes; a power of two from 4 to 4096 is needed`,
    where,
    linux: 'does not check it and computes the used ring with a mask: it lands in an odd place',
    fix: 'use 16, the usual value',
    exit: 2,
  };
}

export function vringDa(name: string, ring: number, da: number, where: string | undefined): Problem {
  return {
    code: 'RP1012',
    what: `vring ${ring} of "${name}" cannot lie at ${da === 0 || !Number.isInteger(da) ? da : hex(da)}`,
    where,
    linux:
      da === 0
        ? 'takes 0 for a fixed address, not for "any", and drops the vdev when no memory is there'
        : 'does not check it; virtio wants a ring at a multiple of 16 bytes below 4 GiB',
    fix: "leave vringDa out to let Linux choose, or give a multiple of 16 in the board's memory",
    exit: 2,
  };
}

export function vringTooLarge(
  name: string,
  ring: number,
  needed: number,
  len: number,
  board: string,
  where: string | undefined,
): Problem {
  return {
    code: 'RP1013',
    what: `vring ${ring} of "${name}" needs ${needed} bytes; its region on ${board} has ${len}`,
    where,
    linux: 'says "Registered carveout doesn\'t fit len request" and boots without this vdev',
    fix: 'declare fewer buffers (num) or a smaller align',
    exit: 2,
  };
}

export function vringOutside(
  name: string,
  ring: number,
  da: number,
  regionDa: number,
  len: number,
  where: string | undefined,
): Problem {
  return {
    code: 'RP1014',
    what: `vring ${ring} of "${name}" at ${hex(da)} does not fit its region ${hex(regionDa)}, ${len} bytes`,
    where,
    linux: 'says "Registered carveout doesn\'t fit da request" and boots without this vdev',
    fix: 'leave vringDa out: Linux uses the start of the region whatever the table asks for',
    exit: 2,
  };
}

export function noBufferMemory(
  name: string,
  index: number,
  board: string,
  where: string | undefined,
): Problem {
  return {
    code: 'RP1015',
    what: `"${name}" is vdev ${index}; ${board} has neither a region vdev${index}buffer nor a pool for its buffers`,
    where,
    linux: 'cannot allocate the rpmsg buffers (errno -12) and the vdev stays dead',
    fix: 'declare fewer vdevs or use a board with a pool',
    exit: 2,
  };
}
