/** Rules about rpmsg: buffers that Linux decides on, and the names of services. */
import { RPMSG_BUF_SIZE, RPMSG_MAX_NUM_BUFS, RPMSG_NAME_SIZE, RpmsgHdr } from '../../runtime/abi/rpmsg.js';
import { VIRTIO_ID_RPMSG } from '../../runtime/abi/virtio.js';
import type { EntryInspection } from '../inspect/index.js';
import { type Evidence, entryPlace, fieldNumber, type Rule, tableEntries } from './evidence.js';
import { judgeService } from './services.js';

/** Entries whose rings and fields are all there, and the sizes of their rings. */
function rpmsgVdevs(evidence: Evidence): { entry: EntryInspection; nums: number[] }[] {
  return tableEntries(evidence, 'vdev')
    .filter((entry) => entry.problem === null && fieldNumber(entry.fields, 'id') === VIRTIO_ID_RPMSG)
    .map((entry) => ({ entry, nums: entry.vrings.map(({ fields }) => fieldNumber(fields, 'num')) }));
}

const PER_DIRECTION = RPMSG_MAX_NUM_BUFS / 2;

export const rpmsgRules: readonly Rule[] = [
  {
    id: 'vring-sizes',
    summary: 'Both rings of an rpmsg device must have the same size.',
    why: 'Linux counts buffers by vring 0 for both directions. A send buffer that vring 1 has no room for is lost for good.',
    check: (evidence) =>
      rpmsgVdevs(evidence)
        .filter(({ nums }) => nums.length === 2 && nums[0] !== nums[1])
        .map(({ entry, nums: [first, second] }) => {
          const leaks = second < Math.min(first, PER_DIRECTION);
          return {
            severity: leaks ? 'error' : 'warning',
            message: leaks
              ? `vring 0 has ${first} entries, vring 1 has ${second}: Linux makes ${Math.min(first, PER_DIRECTION)} send buffers, "virtqueue_add_outbuf failed: -28" loses those that do not fit`
              : `vring 0 has ${first} entries, vring 1 has ${second}: Linux prints a warning with a stack and counts by vring 0`,
            fix: 'give both vrings the same num',
            where: entryPlace(entry),
          };
        }),
  },
  {
    id: 'rpmsg-buffers',
    summary: 'Linux makes at most 256 buffers for each direction.',
    why: 'The number of buffers follows from the ring size up to 512 in all, and each has 512 bytes, whatever the firmware was built for.',
    check: (evidence) =>
      rpmsgVdevs(evidence)
        .filter(({ nums }) => nums.some((num) => num > PER_DIRECTION))
        .map(({ entry, nums }) => ({
          severity: 'note',
          message: `rings of ${Math.max(...nums)} entries: ${PER_DIRECTION} buffers of ${RPMSG_BUF_SIZE} bytes are made for each direction, the rest of the ring is never used`,
          fix: `use ${PER_DIRECTION}`,
          where: entryPlace(entry),
        })),
  },
  {
    id: 'rpmsg-config',
    summary: 'The rpmsg driver reads no config space.',
    why: 'Buffer sizes in the config space were proposed and are in no kernel that was read; extensions of vendors differ from each other.',
    check: (evidence) =>
      rpmsgVdevs(evidence)
        .filter(({ entry }) => fieldNumber(entry.fields, 'config_len') > 0)
        .map(({ entry }) => ({
          severity: 'warning',
          message: `${fieldNumber(entry.fields, 'config_len')} bytes of config space: Linux ignores them, buffers have ${RPMSG_BUF_SIZE} bytes and messages up to ${RPMSG_BUF_SIZE - RpmsgHdr.size}`,
          fix: 'take the size of a buffer from its descriptor',
          where: entryPlace(entry),
        })),
  },
  {
    id: 'service-name',
    summary: 'A service name that no driver of this kernel binds to, but nearly.',
    why: 'Names are compared exactly over 32 bytes. A channel without a driver exists and does nothing: no device node appears.',
    check: (evidence) =>
      rpmsgVdevs(evidence).length === 0
        ? []
        : serviceNames(evidence).flatMap(({ name, offset }) => {
            const judged = judgeService(name, evidence.kernel);
            if (judged === undefined || judged === 'known') return [];
            const { meant, since } = judged;
            const why = since
              ? `Linux ${evidence.kernel} does not know it yet, ${since} does`
              : `no stock driver of Linux ${evidence.kernel} binds to it`;
            return [
              {
                severity: 'warning',
                message: `the image holds the name "${name}": ${why}; a channel of that name gets no device node`,
                fix: `announce "${meant.name}", which ${meant.driver} binds to, or bring a driver of your own`,
                where: `file offset ${offset}`,
              },
            ];
          }),
  },
];

/** How many different names are looked at. */
const MAX_NAMES = 64;
const QUOTES = [0, 0x22, 0x27, 0x60];

/** Strings of loaded bytes that begin with `rpmsg` and can be names: whole C strings, or literals of a script. */
function serviceNames({ image, inspection }: Evidence): { name: string; offset: number }[] {
  const bytes = Buffer.from(image.buffer, image.byteOffset, image.length);
  const found = new Map<string, number>();
  for (const { from, to } of loadedBytes(inspection)) {
    let at = bytes.indexOf('rpmsg', from);
    for (; at >= 0 && at < to && found.size < MAX_NAMES; at = bytes.indexOf('rpmsg', at + 1)) {
      if (at > from && !QUOTES.includes(bytes[at - 1])) continue;
      const text = bytes.toString('latin1', at, Math.min(to, at + RPMSG_NAME_SIZE));
      const name = /^rpmsg[-_][\w-]+/.exec(text)?.[0];
      if (!name || name.length >= RPMSG_NAME_SIZE || found.has(name)) continue;
      if (QUOTES.includes(text.charCodeAt(name.length))) found.set(name, at);
    }
  }
  return [...found].map(([name, offset]) => ({ name, offset }));
}

/** The parts of the file that are loaded, joined where they overlap: a hostile file may claim one part very often. */
function loadedBytes(inspection: Evidence['inspection']): { from: number; to: number }[] {
  const size = inspection?.size ?? 0;
  const parts = (inspection?.segments ?? [])
    .filter(({ type, offset, filesz }) => type === 'LOAD' && filesz > 0 && offset + filesz <= size)
    .map(({ offset, filesz }) => ({ from: offset, to: offset + filesz }))
    .sort((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (last && part.from <= last.to) last.to = Math.max(last.to, part.to);
    else joined.push({ ...part });
  }
  return joined;
}
