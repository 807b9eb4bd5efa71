/**
 * A host that breaks the rules, and what may become of it: the core crashes with a message that names what was
 * wrong, or drops and counts the message. It never touches memory that is not the host's to give.
 */
import * as assert from 'uvu/assert';
import { CLAIM_PEER, Firmware, LOCAL, PEER } from './firmware.js';
import { Side } from './side.js';
import { header, payload } from './traffic.js';
import { TABLE_LEN, World } from './world.js';

export const NUM = 8;
export const SIZE = 64;
/** Offsets: the rings, the buffers, and where the core's own memory begins. */
export const RINGS = [0x100, 0x300] as const;
const SPLIT = 0x600;
const BUFFERS = [SPLIT, SPLIT + NUM * SIZE] as const;
export const PRIVATE = SPLIT + 2 * NUM * SIZE;
const PRIVATE_LEN = 0x1000;

/** A message that tells a person which part of the host's work was wrong. */
export const DIAGNOSIS = /descriptor \d+|avail\.idx|vring|resource table: an entry of \d+ bytes/;

export interface AttackOptions {
  readonly eventIdx?: boolean;
  readonly store16?: boolean;
  readonly barrier?: boolean;
}

export class Attack {
  readonly world: World;
  readonly sides: readonly [Side, Side];
  readonly firmware: Firmware;
  /** Windows over buffers that the core asked for. */
  readonly windows: [number, number][] = [];
  /** Why the core is down. */
  crash: string | undefined;
  /** Damage to the table is done before the core reads it; nobody crashes on what it never reads. */
  received = 0;

  constructor(options: AttackOptions = {}, damage: (world: World) => void = () => {}) {
    const { eventIdx = false, store16 = false, barrier = false } = options;
    const world = new World(PRIVATE, SPLIT, { store16, barrier }, {}, PRIVATE_LEN);
    this.world = world;
    world.writeTable([
      { num: NUM, align: 16 },
      { num: NUM, align: 16 },
    ]);
    world.mayMap = (at, len) => {
      this.windows.push([at, len]);
      return true;
    };
    const side = (i: 0 | 1): Side => {
      world.setVringAddress(i, RINGS[i]);
      const shape = {
        at: RINGS[i],
        origin: 0x10000000,
        num: NUM,
        align: 16,
        eventIdx,
        start: 0,
        oldestFirst: false,
      };
      return new Side(world, `vring ${i}`, { at: BUFFERS[i], size: SIZE, stride: SIZE }, shape);
    };
    this.sides = [side(0), side(1)];
    for (let i = 0; i < NUM; i++) this.sides[0].offer(SIZE, true);
    world.setFeatures(eventIdx ? 1 << 29 : 0);
    this.firmware = new Firmware(world, (firmware, data, src) => this.receive(firmware, data, src));
    world.setStatus(7);
    damage(world);
  }

  /** A message of `size` bytes to the firmware, whose header may claim another length. */
  put(size: number, claimed = size): void {
    const [, side] = this.sides;
    const [buffer] = side.spare;
    if (buffer === undefined) return;
    this.world.poke(buffer, header(PEER, LOCAL, claimed));
    this.world.poke(buffer + 16, payload(size, size));
    side.offer(16 + size, false);
  }

  /** Reads what it got to the last byte and answers. */
  private receive(firmware: Firmware, data: Uint8Array, src: number): void {
    this.received++;
    assert.ok(data.byteOffset + data.length <= PRIVATE, 'a message that lies in the core’s own memory');
    tolerant(() => firmware.endpoint.trySendTo(src, data.subarray(0, 8)));
  }

  /** Lets the core do something; a crash must be one that tells why. */
  let(run: (firmware: Firmware) => void): void {
    if (this.crash !== undefined) return;
    this.world.onCrash = (reason) => new Error(reason);
    try {
      tolerant(() => run(this.firmware));
    } catch (error) {
      this.crash = (error as Error).message;
      if (!DIAGNOSIS.test(this.crash)) throw new Error(`no diagnosis: ${(error as Error).stack}`);
    }
  }

  /** Everything that firmware and interrupts make the core do. */
  work(): void {
    this.let(() => this.world.interrupt());
    this.let(({ endpoint }) => endpoint.trySendTo(PEER, payload(1, 20)));
    this.let(({ endpoint }) => {
      const buffer = endpoint.claim();
      if (!buffer) return;
      buffer.bytes.fill(1);
      buffer.commit(Math.min(4, buffer.bytes.length), CLAIM_PEER);
    });
    this.let(({ endpoint }) => endpoint.mtu);
    this.let(() => this.world.alarm());
  }

  /**
   * Writes went into used rings and buffers of shared memory, and no window reaches into the core's own. Where the table
   * says other things of the rings than the model, any place in them may be the used ring.
   */
  assertContained(ringsMoved = false): void {
    for (const [at, len] of this.windows) {
      assert.ok(
        at >= 0 && len >= 0 && at + len <= PRIVATE,
        `a window over ${len} bytes at 0x${at.toString(16)}`,
      );
    }
    const rings = this.sides.map(({ ring }) => [ring.usedAt, ring.end - ring.usedAt] as const);
    const fixed = this.windows.filter(
      ([at, len]) => (at !== 0 || len !== TABLE_LEN) && (ringsMoved || !RINGS.some((ring) => ring === at)),
    );
    const allowed = [...rings, ...fixed];
    for (const at of this.world.foreignWrites()) {
      const inside = allowed.some(([from, len]) => at >= from && at < from + len);
      assert.ok(inside, `a write at 0x${at.toString(16)}`);
    }
  }
}

/** What a send may refuse: the size is what a damaged descriptor says, the address what a damaged header says. */
const REFUSED = /^message of \d+ bytes; the host takes at most|^0xffffffff means any address/;

/** Firmware that is ready for a refusal. */
function tolerant(send: () => void): void {
  try {
    send();
  } catch (error) {
    if (!(error instanceof RangeError && REFUSED.test(error.message))) throw error;
  }
}
