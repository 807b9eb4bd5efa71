/**
 * The driver side of one split virtqueue as plain byte offsets (virtio 1.2 section 2.7, legacy layout). It is
 * the oracle for the device side, so it shares no code with runtime/ or host-sim/.
 *
 *     descriptors 16n | avail: flags, idx, ring[n], used_event | pad to align | used: flags, idx, {id, len}[n], avail_event
 */

/** Memory that the driver reads, and writes as its own doing. */
export interface DriverMemory {
  u16(at: number): number;
  u32(at: number): number;
  poke16(at: number, value: number): void;
  poke32(at: number, value: number): void;
  fill(from: number, to: number, value: number): void;
}

export interface RingShape {
  /** Offset of the ring in memory, and what the core sees as address 0 of that memory. */
  readonly at: number;
  readonly origin: number;
  readonly num: number;
  readonly align: number;
  readonly eventIdx: boolean;
  /** Both indices as the ring is found: not 0 for rings that live already. */
  readonly start: number;
  /** Descriptors are reused oldest first, so that buffers change their ids; Linux reuses the newest. */
  readonly oldestFirst: boolean;
}

/** virtio 1.2 section 2.7.10: was `event` passed on the way from `before` to `now`? */
export function needEvent(event: number, now: number, before: number): boolean {
  return ((now - event - 1) & 0xffff) < ((now - before) & 0xffff);
}

export class DriverRing {
  /** Offsets in memory. */
  readonly availAt: number;
  readonly usedAt: number;
  readonly end: number;
  availIdx: number;
  lastUsed: number;
  /** avail.idx when the driver last decided whether to kick. */
  checkedIdx: number;
  private readonly free: number[] = [];
  /** Heads that the device has, and in which order they were offered. */
  readonly offered: (number | undefined)[];

  constructor(
    private readonly memory: DriverMemory,
    readonly shape: RingShape,
  ) {
    const { at, origin, num, align, start } = shape;
    this.availAt = at + 16 * num;
    const availEnd = origin + this.availAt + 4 + 2 * num + 2;
    this.usedAt = Math.ceil(availEnd / align) * align - origin;
    this.end = this.usedAt + 4 + 8 * num + 2;
    this.availIdx = this.lastUsed = this.checkedIdx = start;
    this.offered = new Array(num).fill(undefined);
    memory.fill(at, this.end, 0);
    for (let i = 0; i < num; i++) this.free.push(num - 1 - i);
    if (start === 0) return;
    // What a driver and a device that have worked for long left behind.
    memory.poke16(this.availAt + 2, start);
    memory.poke16(this.usedAt + 2, start);
    if (shape.eventIdx) {
      memory.poke16(this.availAt + 4 + 2 * num, start);
      memory.poke16(this.usedAt + 4 + 8 * num, start);
    }
  }

  get room(): number {
    return this.free.length;
  }

  /** Descriptors that the device has. */
  get out(): number {
    return this.shape.num - this.free.length;
  }

  /** Offers one buffer; the device sees it at once, whether it is kicked or not. */
  add(address: number, len: number, writable: boolean): number {
    const id = this.shape.oldestFirst ? this.free.shift() : this.free.pop();
    if (id === undefined) throw new Error('model: the driver has no free descriptor');
    const { memory } = this;
    const desc = this.shape.at + 16 * id;
    memory.poke32(desc, address % 2 ** 32);
    memory.poke32(desc + 4, Math.floor(address / 2 ** 32));
    memory.poke32(desc + 8, len);
    memory.poke16(desc + 12, writable ? 2 : 0);
    // Linux leaves its free-list link there, with NEXT clear.
    memory.poke16(desc + 14, (id + 1) % this.shape.num);
    memory.poke16(this.availAt + 4 + 2 * (this.availIdx % this.shape.num), id);
    this.offered[id] = this.availIdx;
    this.availIdx = (this.availIdx + 1) & 0xffff;
    memory.poke16(this.availAt + 2, this.availIdx);
    return id;
  }

  /** The decision after adding: does the device ask for a kick? */
  kickWanted(): boolean {
    const before = this.checkedIdx;
    this.checkedIdx = this.availIdx;
    if (before === this.availIdx) return false;
    if (this.shape.eventIdx) {
      const event = this.memory.u16(this.usedAt + 4 + 8 * this.shape.num);
      return needEvent(event, this.availIdx, before);
    }
    return (this.memory.u16(this.usedAt) & 1) === 0;
  }

  get usedIdx(): number {
    return this.memory.u16(this.usedAt + 2);
  }

  /** The used entry that belongs to the free-running index `idx`. */
  entry(idx: number): { readonly id: number; readonly len: number } {
    const at = this.usedAt + 4 + 8 * (idx % this.shape.num);
    return { id: this.memory.u32(at), len: this.memory.u32(at + 4) };
  }

  /** Takes the next used entry back; its descriptor is free again. */
  get(): number {
    const { id } = this.entry(this.lastUsed);
    this.lastUsed = (this.lastUsed + 1) & 0xffff;
    this.offered[id] = undefined;
    this.free.push(id);
    return id;
  }

  /** avail.flags NO_INTERRUPT, or used_event with EVENT_IDX. */
  setInterrupts(on: boolean, event: number): void {
    if (this.shape.eventIdx) this.memory.poke16(this.availAt + 4 + 2 * this.shape.num, event);
    else this.memory.poke16(this.availAt, on ? 0 : 1);
  }

  /** The head that the device finds at the free-running index `idx`, if it was offered there. */
  headAt(idx: number): number | undefined {
    const id = this.memory.u16(this.availAt + 4 + 2 * (idx % this.shape.num));
    return this.offered[id] === idx ? id : undefined;
  }
}
