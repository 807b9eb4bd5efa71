/**
 * Many messages of every size through rings of 2, 16 and 256 buffers: none lost, doubled or out of order, and the
 * rings as they should be afterwards. RPROC_VOLUME=full sends a million; RPROC_SEED repeats a run.
 */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { findBoard } from '../../boards/index.js';
import { type KernelVersion, type RpmsgEndpoint, Simulation } from '../../host-sim/index.js';
import { FwRscHdr, FwRscVdev, FwRscVdevVring } from '../../runtime/abi/resource-table.js';
import { vringLayout } from '../../runtime/abi/vring.js';
import { build } from '../../sdk/build/build.js';
import { deadline } from '../../sdk/testing/deadline.js';
import { inProject, program } from '../support/project-folder.js';

const full = process.env.RPROC_VOLUME === 'full';
const TOTAL = full ? 1_000_000 : 10_000;
const MTU = 496;
/** `send` waits for a free buffer, so the firmware's queue fills up whenever the host is slow. */
const ECHO = `import { createEndpoint } from 'rproc-sdk/runtime';

createEndpoint({ name: 'volume' }, (data, src, endpoint) => {
  endpoint.sendTo(src, data);
});
`;

const seed = Number(process.env.RPROC_SEED ?? Math.floor(Math.random() * 2 ** 32));
console.log(`volume: ${TOTAL} messages, RPROC_SEED=${seed}`);

/** mulberry32: whole numbers from 0 to below `limit`. */
function generator(start: number): (limit: number) => number {
  let state = start;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % limit;
  };
}

/** FNV-1a over `bytes` from `from` on. */
function checksum(bytes: Uint8Array, from: number): number {
  let sum = 0x811c9dc5;
  for (let i = from; i < bytes.length; i++) sum = Math.imul(sum ^ bytes[i], 0x01000193);
  return sum >>> 0;
}

/** Every length from 0 to the MTU, with the ends and the shortest more often. */
function sizeFrom(random: (limit: number) => number): number {
  const kind = random(16);
  if (kind === 0) return random(12);
  if (kind === 1) return MTU - random(3);
  return kind < 8 ? random(64) : random(MTU + 1);
}

/** Message `number`: its number in as many bytes as fit, then a checksum, then noise. */
function fill(buffer: Uint8Array, number: number, size: number): Uint8Array {
  const bytes = buffer.subarray(0, size);
  for (let i = 0; i < size; i++) bytes[i] = i < 4 ? number >>> (8 * i) : number * 31 + i * 7;
  if (size >= 8) {
    const sum = checksum(bytes, 8) ^ number;
    for (let i = 0; i < 4; i++) bytes[4 + i] = sum >>> (8 * i);
  }
  return bytes;
}

interface Ring {
  readonly avail: number;
  readonly used: number;
  /** Ids in the used ring's last `num` entries. */
  readonly usedIds: readonly number[];
}

/** The rings as they lie in memory, found through the resource table that Linux filled in. */
function readRings(sim: Simulation): Ring[] {
  const table = sim.rproc.table!.bytes();
  const view = new DataView(table.buffer as ArrayBuffer, table.byteOffset, table.length);
  // The second entry is the vdev; its offset follows the first one's.
  const vdev = view.getUint32(16 + 4, true) + FwRscHdr.size;
  return [0, 1].map((i) => {
    const vring = FwRscVdevVring.unpack(table, vdev + FwRscVdev.size + i * FwRscVdevVring.size);
    const { num, align, da } = vring;
    const layout = vringLayout(num, align, da);
    const bytes = sim.rproc.daToVa(BigInt(da), layout.used + 4 + 8 * num)!.bytes();
    const ring = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
    return {
      avail: ring.getUint16(layout.avail + 2, true),
      used: ring.getUint16(layout.used + 2, true),
      usedIds: Array.from({ length: num }, (_, slot) => ring.getUint32(layout.used + 4 + 8 * slot, true)),
    };
  });
}

async function exchange(
  image: Uint8Array,
  boardName: string,
  kernel: KernelVersion,
  num: number,
  count: number,
) {
  const sim = new Simulation({ board: findBoard(boardName)!, kernel });
  sim.setFirmware('volume.elf', image);
  assert.is(await sim.start(), 0);
  assert.ok(sim.runUntil(() => sim.channels.length > 0, 1000));
  const [channel] = sim.channels;

  const expected = new Uint8Array(MTU);
  const sizes = generator(seed);
  let received = 0;
  let wrong = '';
  const endpoint: RpmsgEndpoint = channel.createEpt((data) => {
    const bytes = fill(expected, received, sizeFrom(sizes));
    if (
      !wrong &&
      (data.length !== bytes.length || !Buffer.from(data.buffer, data.byteOffset, data.length).equals(bytes))
    ) {
      wrong = `message ${received}: ${data.length} bytes ${Buffer.from(data.subarray(0, 12)).toString('hex')}`;
    }
    received++;
  })!;

  const random = generator(seed);
  const batches = generator(~seed);
  const buffer = new Uint8Array(MTU);
  for (let sent = 0; sent < count; ) {
    // Sometimes a single message, sometimes more than the rings hold: then Linux waits for a buffer.
    const batch = Math.min(1 + batches(batches(4) === 0 ? 3 * num : num), count - sent);
    for (let i = 0; i < batch; i++, sent++) {
      const size = sizeFrom(random);
      const errno = endpoint.sendto(fill(buffer, sent, size), channel.dst);
      if (errno < 0) throw new Error(`message ${sent}: errno ${errno}, ${sim.kernel.log.lines.at(-1)?.text}`);
    }
    if (batches(3) === 0) sim.runUntil(() => received >= sent, 1000);
    if (wrong || sim.crash) break;
  }
  sim.runUntil(() => received >= count, 20000);
  assert.is(sim.crash?.reason, undefined, sim.crash?.stack.join('\n'));
  assert.is(wrong, '');
  assert.is(received, count);
  sim.settle();
  sim.runUntil(() => false, 50);
  assert.is(received, count, 'no message twice');

  const [toHost, toRemote] = readRings(sim);
  // One announcement and every echo; Linux has given all buffers back to the firmware.
  assert.is(toHost.used, (count + 1) & 0xffff);
  assert.is(toHost.avail, (toHost.used + num) & 0xffff);
  // Everything that Linux sent was given back.
  assert.is(toRemote.used, count & 0xffff);
  assert.is(toRemote.avail, toRemote.used);
  for (const ring of [toHost, toRemote]) {
    const ids = [...ring.usedIds].sort((a, b) => a - b);
    if (count >= num) assert.ok(ids.every((id) => id < num));
  }
  assert.equal(
    sim.kernel.log.lines.filter(({ level }) => level === 'err' || level === 'warn'),
    [],
  );
  assert.is(await sim.stop(), 0);
}

/** Small rings cost more per message; most messages go through the usual one. */
const SHARES = [
  [2, 0.1],
  [16, 0.3],
  [256, 0.6],
] as const;
const SYSTEMS = [
  ['virt-m4', '6.12'],
  ['virt-m4', '7.2'],
  ['virt-rv32', '6.12'],
  ['virt-rv32', '7.2'],
] as const;

for (const [num, share] of SHARES) {
  for (const [board, kernel] of SYSTEMS) {
    const count = Math.round((TOTAL * share) / SYSTEMS.length);
    test(
      `${count} messages through ${num} buffers, ${board}, Linux ${kernel}, seed ${seed}`,
      deadline(full ? 300_000 : 60_000, () =>
        inProject(program(ECHO, `trace(), rpmsgVdev({ num: ${num} })`), async (dir) => {
          const { image } = await build({ dir, board });
          await exchange(image.elf, board, kernel, num, count);
        }),
      ),
    );
  }
}

test.run();
