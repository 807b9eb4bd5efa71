/** Messages about carveouts, devmem, vdevs and vendor entries. */
import { hex } from '../../runtime/abi/address.js';
import type { Problem } from '../../runtime/abi/problem.js';

type Where = string | undefined;

export function carveoutSize(name: string, size: number, where: Where): Problem {
  return {
    code: 'RP1017',
    what: `the carveout "${name}" has ${size} bytes`,
    where,
    linux:
      'cannot allocate nothing, and the table holds 32 bits: "Failed to allocate associated carveouts", errno -12',
    fix: 'give the bytes as a whole number from 1 on',
    exit: 2,
  };
}

export function badWord(field: string, value: number, where: Where): Problem {
  return {
    code: 'RP1018',
    what: `${field} is ${value}; the table holds a 32-bit number there`,
    where,
    linux: 'would see the lower 32 bits',
    fix: 'give a whole number from 0 to 0xffffffff; leave an address out to let Linux choose',
    exit: 2,
  };
}

export function carveoutOutside(
  name: string,
  size: number,
  da: number | undefined,
  region: { readonly da: number; readonly len: number },
  where: Where,
): Problem {
  const asked = da === undefined ? `${size} bytes` : `${size} bytes at ${hex(da)}`;
  const reason = da !== undefined && da < region.da ? 'da' : 'len';
  return {
    code: 'RP1019',
    what: `the carveout "${name}" asks for ${asked}; the region of that name has ${region.len} at ${hex(region.da)}`,
    where,
    linux: `says "Registered carveout doesn't fit ${reason} request" and does not boot, errno -12`,
    fix: 'ask for what the region has, or give the carveout a name of its own',
    exit: 2,
  };
}

export function fixedWithoutRegion(what: string, da: string, board: string, where: Where): Problem {
  return {
    code: 'RP1020',
    what: `${what} wants to be at ${da}; ${board} has no region of its name there and no IOMMU to map it`,
    where,
    linux:
      'says "Allocated carveout doesn\'t fit device address request", allocates elsewhere and still reports this address',
    fix: 'leave the address out and let Linux choose, or give the board a reserved region of this name',
    exit: 2,
  };
}

export function noMemory(what: string, name: string, board: string, where: Where): Problem {
  return {
    code: 'RP1021',
    what: `${what} needs memory; ${board} has neither a region "${name}" nor a pool`,
    where,
    linux: 'says "failed to allocate dma memory" and does not boot, errno -12',
    fix: 'give the board a reserved region of this name, or a pool',
    exit: 2,
  };
}

export function traceOutside(name: string, size: number, da: number, board: string, where: Where): Problem {
  return {
    code: 'RP1022',
    what: `the trace buffer "${name}" of ${size} bytes at ${hex(da)} is not in one piece of ${board}'s memory`,
    where,
    linux: 'shows "Trace  not available" instead of the text',
    fix: 'leave da out: the linker places the buffer in the image',
    exit: 2,
  };
}

export function devmemWithoutIommu(name: string, board: string, where: Where): Problem {
  return {
    code: 'RP1023',
    what: `"${name}" is a devmem entry; Linux drives the core of ${board} without an IOMMU`,
    where,
    linux: 'does not boot, errno -22, and says nothing of devmem',
    fix: 'remove the entry; without an IOMMU the core reaches registers at their own addresses',
    exit: 2,
  };
}

export function devmemUnaligned(name: string, field: string, value: number, where: Where): Problem {
  return {
    code: 'RP1024',
    what: `${field} of the devmem "${name}" is ${hex(value)}, not a multiple of a page (4096)`,
    where,
    linux: 'cannot map it: "failed to map devmem: -22"',
    fix: 'map whole pages; the registers may lie anywhere in them',
    exit: 2,
  };
}

export function vdevId(name: string, id: number, where: Where): Problem {
  return {
    code: 'RP1025',
    what: `"${name}" has the virtio device id ${id}`,
    where,
    linux: 'binds no driver to id 0, and an id has 32 bits',
    fix: 'use the id of the device type: 3 console, 7 rpmsg, 11 remoteproc serial',
    exit: 2,
  };
}

export function featureBit(name: string, bit: number, where: Where): Problem {
  return {
    code: 'RP1026',
    what: `"${name}" offers feature bit ${bit}`,
    where,
    linux: 'sees the 32 bits of dfeatures only; VIRTIO_F_VERSION_1 (32) cannot be offered over remoteproc',
    fix: 'offer bits 0 to 31',
    exit: 2,
  };
}

export function vringCount(name: string, count: number, where: Where): Problem {
  return {
    code: 'RP1027',
    what: `"${name}" has ${count} vrings`,
    where,
    linux:
      count > 2
        ? `says "too many vrings: ${count}" and does not boot, errno -22`
        : 'boots, and crashes itself when the vdev is taken down: it frees two vrings whatever there are',
    fix: 'declare exactly two vrings',
    exit: 2,
  };
}

export function tooManyVdevs(name: string, index: number, max: number, board: string, where: Where): Problem {
  return {
    code: 'RP1028',
    what: `"${name}" is vdev ${index}; the doorbell of ${board} serves ${max === 1 ? 'one' : max}`,
    where,
    linux: 'registers the vdev, but its kicks reach nobody',
    fix: 'carry more services over one rpmsg vdev: endpoints cost nothing',
    exit: 2,
  };
}

export function ringCarveout(name: string, ring: string, reason: string, where: Where): Problem {
  return {
    code: 'RP1030',
    what: `the carveout "${name}" is taken for ${ring}, but ${reason}`,
    where,
    linux: `looks for a carveout named ${name} when it comes to the vdev, and drops the vdev where it does not fit`,
    fix: 'put the carveout in front of the vdev with the bytes that the ring needs, or name it otherwise',
    exit: 2,
  };
}

export function vendorType(name: string, type: number, where: Where): Problem {
  return {
    code: 'RP1031',
    what: `"${name}" has the vendor type ${type}`,
    where,
    linux: 'passes types 128 to 512 to the platform driver; it skips others with "unsupported resource"',
    fix: 'use a type from 128 (RSC_VENDOR_START) to 512 (RSC_VENDOR_END)',
    exit: 2,
  };
}

export function vendorValue(name: string, reason: string, where: Where): Problem {
  return {
    code: 'RP1032',
    what: `the payload of "${name}" does not fit its format: ${reason}`,
    where,
    fix: 'give every field of the format a value of its type',
    exit: 2,
  };
}

export function rawTooShort(name: string, size: number, where: Where): Problem {
  return {
    code: 'RP1033',
    what: `the raw entry "${name}" has ${size} bytes; its type word alone has 4`,
    where,
    linux: 'would read the next entry as its type, or say "rsc table is truncated"',
    fix: 'give the whole entry, type word first',
    exit: 2,
  };
}

export function bufferTooSmall(
  name: string,
  region: string,
  needed: number,
  len: number,
  where: Where,
): Problem {
  return {
    code: 'RP1043',
    what: `the buffers of "${name}" need ${needed} bytes; ${region} has ${len}`,
    where,
    linux: "cannot allocate them: the rpmsg driver's probe fails with errno -12 and the vdev stays dead",
    fix: `declare fewer buffers: num ${2 ** Math.floor(Math.log2(len / 1024))} would fit`,
    exit: 2,
  };
}
