/** Messages about trace buffers and vrings. */
import { hex } from '../../runtime/abi/address.js';
import type { Problem } from '../../runtime/abi/problem.js';

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
