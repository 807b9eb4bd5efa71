/** Rules about virtio devices: what Linux silently drops and what the remote must be ready for. */
import { pageAlign } from '../../runtime/abi/pages.js';
import { FW_RSC_ADDR_ANY } from '../../runtime/abi/resource-table.js';
import { RPMSG_BUF_SIZE, RPMSG_MAX_NUM_BUFS, VIRTIO_RPMSG_F_NS } from '../../runtime/abi/rpmsg.js';
import {
  VIRTIO_ID_RPMSG,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
} from '../../runtime/abi/virtio.js';
import { vringSize } from '../../runtime/abi/vring.js';
import type { EntryInspection } from '../inspect/index.js';
import { type Evidence, entryPlace, fieldNumber, type Rule } from './evidence.js';

function vdevEntries({ inspection }: Evidence): EntryInspection[] {
  return (inspection?.resourceTable?.entries ?? []).filter(
    ({ type, problem }) => type === 'vdev' && problem === null,
  );
}

function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && 2 ** Math.round(Math.log2(value)) === value;
}

export const vdevRules: readonly Rule[] = [
  {
    id: 'vdev-lost',
    summary: 'A declared virtio device does not come to life.',
    why: 'An error while a vdev is set up goes no further than the log: the core boots without it, and the firmware waits for ever.',
    check(evidence) {
      if (evidence.errno !== 0) return [];
      const told = reasons(evidence.log);
      return vdevEntries(evidence).flatMap((entry, index) => {
        const vdev = evidence.vdevs[index];
        if (!vdev || vdev.bound || vdev.waits) return [];
        return [
          {
            severity: 'error',
            message: `the core boots without this vdev: ${told(index)}`,
            fix: 'see the other findings about its vrings and the reserved regions of the board',
            where: entryPlace(entry),
          },
        ];
      });
    },
  },
  {
    id: 'vdev-driver',
    summary: 'Whether a virtio device comes to life depends on a driver that not every Linux has.',
    why: 'Linux registers a virtio device of any id and leaves it alone until a driver for the id is there: status stays at ACKNOWLEDGE.',
    check(evidence) {
      const entries = vdevEntries(evidence);
      return evidence.vdevs
        .filter(({ waits }) => waits)
        .map(({ index, id }) => ({
          severity: 'note' as const,
          message: `virtio device id ${id} is registered and waits for its driver, which is none of rpmsg, console and remoteproc serial`,
          fix: 'see that the kernel has the driver; the firmware must wait for DRIVER_OK, however long',
          where: entryPlace(entries[index]),
        }));
    },
  },
  {
    id: 'vring-missing',
    summary: 'A vdev with fewer vrings than its driver takes can make Linux oops.',
    why: 'Where a reserved region is called like the missing ring, Linux sets up a ring of 0 entries and writes through a null pointer (vring_alloc_desc_extra(), all kernels to 7.2). The process that boots the core dies with its locks taken. Seen on real 6.12.117 and 7.2.13.',
    check(evidence) {
      if (!evidence.log.some((line) => line.startsWith('BUG: '))) return [];
      const rings = vrings(evidence);
      return vdevEntries(evidence)
        .filter((_entry, index) => !evidence.vdevs[index]?.bound)
        .filter((entry) => rings.filter((ring) => ring.entry === entry).length < 2)
        .map((entry) => ({
          severity: 'error',
          message:
            'its driver takes a ring that the table does not declare, and the board has a region for it: "BUG: kernel NULL pointer dereference", nothing can start or stop this processor any more',
          fix: 'declare two vrings, or as many as the driver for this device id takes',
          where: entryPlace(entry),
        }));
    },
  },
  {
    id: 'vring-num',
    summary: 'Ring sizes must be powers of two.',
    why: 'The size is used as a mask.',
    check: (evidence) =>
      vrings(evidence)
        .filter(({ num }) => !isPowerOfTwo(num) || num > 32768)
        .map(({ entry, index, num }) => ({
          severity: 'error',
          message: `vring ${index} has ${num} entries: Linux does not check it and takes slots with a mask, messages get lost or repeated`,
          fix: 'use 256 or another power of two',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'vring-align',
    summary: 'Ring alignment must be a power of two.',
    why: 'The alignment is used as a mask.',
    check: (evidence) =>
      vrings(evidence)
        .filter(({ align }) => !isPowerOfTwo(align))
        .map(({ entry, index, align }) => ({
          severity: 'error',
          message: `vring ${index} is aligned to ${align}: the used ring lands in an odd place`,
          fix: 'use 16, or 4096 where the remote expects pages',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'vring-da-zero',
    summary: '0 is a fixed address, not "any".',
    why: 'With a reserved region the check of the address fails and the vdev is lost.',
    check: (evidence) =>
      vrings(evidence)
        .filter(({ da }) => da === 0)
        .map(({ entry, index }) => ({
          severity: 'warning',
          message: `vring ${index} asks for address 0: Linux takes that literally`,
          fix: 'use 0xffffffff to let Linux choose',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'vring-da-fixed',
    summary: 'A fixed ring address is honoured by accident only.',
    why: 'Only 0xffffffff means that the host may choose.',
    check: (evidence) =>
      vrings(evidence)
        .filter(({ da }) => da !== 0 && da !== FW_RSC_ADDR_ANY && !Number.isNaN(da))
        .map(({ entry, index, da, vdev }) => {
          const name = `vdev${vdev}vring${index}`;
          const region = evidence.board.memory.find((one) => one.name === name);
          const hex = `0x${da.toString(16)}`;
          return {
            severity: region?.da === da ? 'note' : 'warning',
            message: region
              ? `vring ${index} asks for ${hex}; Linux places it at the start of region ${name}, 0x${region.da.toString(16)}`
              : `vring ${index} asks for ${hex}; without a reserved region ${name} Linux allocates it anywhere and reports ${hex} back unchanged`,
            fix: 'use 0xffffffff and read the address after DRIVER_OK',
            where: entryPlace(entry),
          } as const;
        }),
  },
  {
    id: 'vring-region',
    summary: 'A ring that its reserved region does not hold.',
    why: 'Linux rounds a ring up to whole pages and looks for the region `vdevNvringM`; one that is too small costs the vdev.',
    check: (evidence) =>
      vrings(evidence).flatMap(({ entry, vdev, index, num, align, bytes }) => {
        const region = evidence.board.memory.find(({ name }) => name === `vdev${vdev}vring${index}`);
        if (!region || bytes === null || bytes <= region.len) return [];
        const inPages = (count: number) => pageAlign(vringSize(count, align));
        let fits = num;
        while (fits > 1 && inPages(fits) > region.len) fits /= 2;
        const smaller =
          inPages(fits) <= region.len ? `use at most ${fits} entries, or ` : 'use a smaller alignment, or ';
        return [
          {
            severity: 'error',
            message: `vring ${index} takes ${bytes} bytes in pages, region ${region.name} has ${region.len}: the core boots without this vdev`,
            fix: `${smaller}enlarge the region in the device tree`,
            where: entryPlace(entry),
          },
        ];
      }),
  },
  {
    id: 'vdev-vrings',
    summary: 'Linux expects exactly two vrings.',
    why: 'The kernel has room for two and takes both for granted.',
    check: (evidence) =>
      vdevEntries(evidence)
        .filter((entry) => fieldNumber(entry.fields, 'num_of_vrings') < 2)
        .map((entry) => ({
          severity: 'error',
          message: `${fieldNumber(entry.fields, 'num_of_vrings')} vrings: Linux frees two when the core stops and faults on the one that is not there`,
          fix: 'declare two vrings',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'vdev-status',
    summary: 'Fields that the host writes must start at zero.',
    why: 'The copy in loaded memory starts with what the image says.',
    check: (evidence) =>
      vdevEntries(evidence)
        .filter(({ fields }) => fieldNumber(fields, 'status') !== 0 || fieldNumber(fields, 'gfeatures') !== 0)
        .map((entry) => ({
          severity: 'warning',
          message:
            'status or gfeatures is not 0 in the image: the remote sees that value until Linux has reset the device',
          fix: 'emit 0 for both',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'vdev-features',
    summary: 'Offered features that Linux accepts must be implemented, others are dropped.',
    why: 'Linux accepts what its driver and its ring code know of the offer and clears the rest.',
    check: (evidence) =>
      vdevEntries(evidence).flatMap((entry) => {
        const offered = fieldNumber(entry.fields, 'dfeatures');
        const bits = Array.from({ length: 32 }, (_, bit) => bit).filter(
          (bit) => Math.floor(offered / 2 ** bit) % 2 === 1,
        );
        const rpmsg = fieldNumber(entry.fields, 'id') === VIRTIO_ID_RPMSG;
        const where = entryPlace(entry);
        const found = [];
        const rings = bits.filter(
          (bit) => bit === VIRTIO_RING_F_EVENT_IDX || bit === VIRTIO_RING_F_INDIRECT_DESC,
        );
        if (rings.length > 0) {
          found.push({
            severity: 'note' as const,
            message: `offers ring features ${rings.join(', ')}: Linux accepts them, so the remote must work by them`,
            fix: 'offer only what the remote implements',
            where,
          });
        }
        const dropped = bits.filter(
          (bit) => rpmsg && bit !== VIRTIO_RPMSG_F_NS && !(rings as number[]).includes(bit),
        );
        if (dropped.length > 0) {
          found.push({
            severity: 'warning' as const,
            message: `offers features ${dropped.join(', ')}: Linux's rpmsg driver knows none of them and clears them`,
            fix: 'read gfeatures after DRIVER_OK and fall back',
            where,
          });
        }
        if (rpmsg && !bits.includes(VIRTIO_RPMSG_F_NS)) {
          found.push({
            severity: 'warning' as const,
            message:
              'does not offer the name service: announcements end as "no recipient" and no channel appears',
            fix: 'set bit 0 of dfeatures',
            where,
          });
        }
        return found;
      }),
  },
  {
    id: 'buffer-region',
    summary: 'The buffer region must hold all rpmsg buffers.',
    why: 'The host allocates twice the ring size, at most 512 buffers of 512 bytes, from `vdevNbuffer`.',
    check: (evidence) =>
      vdevEntries(evidence).flatMap((entry, index) => {
        const region = evidence.board.memory.find(({ name }) => name === `vdev${index}buffer`);
        const num = entry.vrings[0] ? fieldNumber(entry.vrings[0].fields, 'num') : Number.NaN;
        if (!region || fieldNumber(entry.fields, 'id') !== VIRTIO_ID_RPMSG) return [];
        const needed = Math.min(2 * num, RPMSG_MAX_NUM_BUFS) * RPMSG_BUF_SIZE;
        if (!(needed > region.len)) return [];
        return [
          {
            severity: 'error',
            message: `vrings of ${num} need ${needed} bytes of buffers; ${region.name} has ${region.len}: the rpmsg driver fails with -12`,
            fix: `use vrings of at most ${2 ** Math.floor(Math.log2(region.len / RPMSG_BUF_SIZE / 2))}, or enlarge the region in the device tree`,
            where: entryPlace(entry),
          },
        ];
      }),
  },
];

function vrings(evidence: Evidence) {
  return vdevEntries(evidence).flatMap((entry, vdev) =>
    entry.vrings.map((vring) => ({
      entry,
      vdev,
      index: vring.index,
      da: fieldNumber(vring.fields, 'da'),
      num: fieldNumber(vring.fields, 'num'),
      align: fieldNumber(vring.fields, 'align'),
      bytes: vring.pageBytes,
    })),
  );
}

/** The kernel's own line about each vdev, where there is one, and the line before it that says why. */
function reasons(log: readonly string[]): (index: number) => string {
  const told = new Map<string, string>();
  for (const [i, line] of log.entries()) {
    const failed = line.includes('failed') && /rproc-virtio\.(\d+)\.auto/.exec(line);
    if (!failed || told.has(failed[1])) continue;
    const why = /doesn't fit|invalid qsz/.test(log[i - 1] ?? '') ? `${log[i - 1]}; ` : '';
    told.set(failed[1], why + line);
  }
  return (index) => told.get(String(index)) ?? 'its virtio driver did not reach DRIVER_OK';
}
