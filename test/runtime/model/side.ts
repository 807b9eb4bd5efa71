/** One ring as the host model keeps it: buffers, what the device may have done with them, interrupts asked for. */
import { DriverRing, needEvent, type RingShape } from './ring.js';
import type { World } from './world.js';

export class Broken extends Error {
  override name = 'Broken';
}

export function check(condition: boolean, what: () => string): void {
  if (!condition) throw new Broken(what());
}

export interface BufferArea {
  readonly at: number;
  readonly size: number;
  readonly stride: number;
}

export class Side {
  readonly ring: DriverRing;
  /** Buffers that the host has, as offsets. */
  readonly spare: number[] = [];
  /** By descriptor: where its buffer is while it is offered. */
  readonly bufferOf: number[];
  /** By descriptor: the device has put it into the used ring. */
  readonly returned: boolean[];
  /** used.idx up to which entries were looked at. */
  known: number;

  /** The host wants interrupts, from `event` on where EVENT_IDX is negotiated. */
  interrupts = true;
  event: number;
  /** What the host asked for since the turn began. */
  private wished: { readonly on: boolean; readonly event: number }[] = [];
  /** used.idx when interrupts were last asked for or came. */
  private seen: number;
  /** used.idx at the last interrupt or at the begin of the turn. */
  private before: number;
  /** Interrupts in this turn. */
  kicks = 0;

  constructor(
    readonly world: World,
    readonly name: string,
    readonly area: BufferArea,
    shape: RingShape,
  ) {
    this.ring = new DriverRing(world, shape);
    const { num, start } = shape;
    for (let i = 0; i < num; i++) this.spare.push(area.at + i * area.stride);
    this.bufferOf = new Array(num).fill(-1);
    this.returned = new Array(num).fill(false);
    this.known = this.event = this.seen = this.before = start;
  }

  /** Used entries that the host has not taken yet. */
  get ready(): number {
    return (this.known - this.ring.lastUsed) & 0xffff;
  }

  /** Buffers that the device has and has not given back. */
  get granted(): number {
    return this.ring.out - this.ready;
  }

  offer(len: number, writable: boolean): number {
    const buffer = this.spare.shift();
    if (buffer === undefined) throw new Error('model: the host has no spare buffer');
    const id = this.ring.add(this.world.physical(buffer), len, writable);
    this.bufferOf[id] = buffer;
    this.returned[id] = false;
    return id;
  }

  /** Looks at each new used entry once. */
  scan(look: (id: number, len: number, buffer: number) => void): void {
    const { ring } = this;
    const fresh = (ring.usedIdx - this.known) & 0xffff;
    check(fresh <= this.granted, () => `${this.name}: used.idx ${ring.usedIdx} runs ${fresh} ahead`);
    for (let i = 0; i < fresh; i++) {
      const { id, len } = ring.entry(this.known);
      check(
        id < ring.shape.num && ring.offered[id] !== undefined,
        () => `${this.name}: id ${id} is not a head`,
      );
      check(!this.returned[id], () => `${this.name}: id ${id} was given back twice`);
      look(id, len, this.bufferOf[id]);
      this.returned[id] = true;
      this.world.accept(ring.usedAt + 4 + 8 * (this.known % ring.shape.num), 8);
      this.known = (this.known + 1) & 0xffff;
    }
  }

  /**
   * Descriptors in the order in which a core that starts at used.idx finds them. Undefined where it would find others than
   * it has not given back: the last one returned buffers out of their order, which the ring does not tell.
   */
  liveOrder(): number[] | undefined {
    const { ring, returned } = this;
    const ids: number[] = [];
    for (let idx = this.known; idx !== ring.availIdx; idx = (idx + 1) & 0xffff) {
      const id = ring.headAt(idx);
      if (id === undefined || returned[id]) return undefined;
      ids.push(id);
    }
    return ids;
  }

  /** Takes one used entry; its buffer is the host's again. */
  take(): number {
    const id = this.ring.get();
    this.spare.push(this.bufferOf[id]);
    return id;
  }

  /** Everything in the used ring that the device may write at this moment. */
  acceptUsed(): void {
    const { ring, world } = this;
    for (let idx = ring.lastUsed; idx !== this.known; idx = (idx + 1) & 0xffff) {
      const at = ring.usedAt + 4 + 8 * (idx % ring.shape.num);
      check(world.untouched(at, 8), () => `${this.name}: a used entry was changed after it was published`);
    }
    world.accept(ring.usedAt, ring.end - ring.usedAt);
  }

  /** Asks for interrupts or takes that back; then the host looks at used.idx again, as virtio tells drivers to. */
  setInterrupts(on: boolean): void {
    const { ring } = this;
    this.interrupts = on;
    // Linux stores 0 to suppress, which is an event far away most of the time.
    this.event = on ? ring.lastUsed : 0;
    ring.setInterrupts(on, this.event);
    this.seen = ring.usedIdx;
    this.wish();
  }

  beginTurn(): void {
    this.kicks = 0;
    this.before = this.ring.usedIdx;
    this.wished = [];
    this.wish();
  }

  private wish(): void {
    this.wished.push({ on: this.interrupts, event: this.event });
  }

  /** The device interrupts: did it have something to tell, and was that asked for? */
  kicked(): void {
    const now = this.ring.usedIdx;
    const asked = this.wished.some(({ on, event }) =>
      this.ring.shape.eventIdx ? needEvent(event, now, this.before) : on && now !== this.before,
    );
    check(asked, () => `${this.name}: a kick that nobody asked for, used.idx ${this.before} to ${now}`);
    this.kicks++;
    this.before = this.seen = now;
  }

  /** Nothing may lie there that the host asked to be told of and was not. */
  checkTold(): void {
    const now = this.ring.usedIdx;
    const due = this.ring.shape.eventIdx
      ? this.interrupts && needEvent(this.event, now, this.seen)
      : this.interrupts && now !== this.seen;
    check(!due, () => `${this.name}: lost wake-up of the host, used.idx ${this.seen} to ${now}`);
  }
}
