/**
 * Keeps a vring in a core's own memory in step with the one in the memory file. The points are those where a cache would
 * be invalidated and cleaned: before the program is entered (what the host made available, and the buffers it wrote),
 * and after it has returned (what was used, the buffers that were filled, indices last).
 *
 * Done here and not in the firmware's rings: on every other core rings are coherent or mapped non-cacheable, and the
 * program sees the host only when it is entered, so that nothing is missed and images need no calls that only this
 * core wants.
 */
import {
  VRING_AVAIL_F_NO_INTERRUPT,
  VRING_DESC_F_INDIRECT,
  VRING_DESC_F_NEXT,
  VRING_DESC_F_WRITE,
  VringDesc,
  type VringLayout,
  VringUsed,
  VringUsedElem,
  vringLayout,
} from '../../runtime/abi/vring.js';
import type { MemoryFile } from './memory-file.js';

export interface RingPlace {
  readonly da: number;
  readonly num: number;
  readonly align: number;
  readonly notifyid: number;
  /** VIRTIO_RING_F_EVENT_IDX was negotiated. */
  readonly events: boolean;
}

/** The core's memory and the file by physical address, which this board's device addresses equal. */
export interface TwoMemories {
  readonly file: MemoryFile;
  /** Live bytes of the core; undefined where it has none. */
  own(address: number, len: number): Uint8Array | undefined;
  /** Offset in the file; undefined outside of it. */
  offset(address: number, len: number): number | undefined;
}

export class RingCopy {
  private readonly layout: VringLayout;
  private readonly bytes: Uint8Array;
  private readonly view: DataView;
  private readonly at: number;
  private readonly head = new Uint8Array(4);
  private readonly headView = new DataView(this.head.buffer);
  /** avail.idx up to which buffers were copied in, used.idx as last stored. */
  private available = 0;
  private used = 0;
  private flags = 0;
  private event = 0;
  /** Whether kicks are wanted was told differently last time. */
  private mayMiss = false;

  /** Throws RangeError where the ring does not lie in memory of both. */
  constructor(
    readonly place: RingPlace,
    private readonly memories: TwoMemories,
  ) {
    const { da, num, align } = place;
    this.layout = vringLayout(num, align, da);
    const bytes = memories.own(da, this.layout.size);
    const at = memories.offset(da, this.layout.size);
    if (!bytes || at === undefined) throw new RangeError(`no memory for the vring at 0x${da.toString(16)}`);
    this.bytes = bytes;
    this.at = at;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.restart();
  }

  /** Before the program is entered. True when the host has made something available since. */
  copyIn(): boolean {
    const { avail, used } = this.layout;
    // Only a host that came up again zeroes the used ring's index.
    if (this.readHead(used).idx !== this.used) this.restart();
    const { flags, idx } = this.readHead(avail);
    this.view.setUint16(avail, flags, true);
    if (idx === this.available) return false;
    // The index was read before what it tells of.
    this.memories.file.read(this.at, this.bytes.subarray(0, avail));
    this.memories.file.read(this.at + avail + 4, this.bytes.subarray(avail + 4, this.availEnd));
    this.view.setUint16(avail + 2, idx, true);
    const { num } = this.place;
    const count = (idx - this.available) & 0xffff;
    // A host that jumps further than the ring is long is the program's to refuse.
    if (count <= num) {
      for (let i = 0; i < count; i++) {
        const slot = (this.available + i) % num;
        this.chain(this.view.getUint16(avail + 4 + 2 * slot, true), this.receive);
      }
    }
    this.available = idx;
    return true;
  }

  /** After the program has returned. True when the host wants to be interrupted for what was used. */
  copyOut(): boolean {
    const { used } = this.layout;
    const { num, events } = this.place;
    const { file } = this.memories;
    const before = this.used;
    const idx = this.view.getUint16(used + 2, true);
    const count = (idx - before) & 0xffff;
    for (let i = 0; i < Math.min(count, num); i++) {
      const slot = used + VringUsed.size + VringUsedElem.size * ((before + i) % num);
      this.left = this.view.getUint32(slot + 4, true);
      this.chain(this.view.getUint32(slot, true), this.send);
      file.write(this.at + slot, this.bytes.subarray(slot, slot + VringUsedElem.size));
    }
    const flags = this.view.getUint16(used, true);
    this.mayMiss = events || flags !== this.flags;
    if (flags !== this.flags || count > 0) {
      // One store of both: flags and index are one aligned word.
      file.write(this.at + used, this.bytes.subarray(used, used + VringUsed.size));
      this.flags = flags;
      this.used = idx;
    }
    const eventAt = used + VringUsed.size + VringUsedElem.size * num;
    const event = this.view.getUint16(eventAt, true);
    if (events && event !== this.event) {
      file.write(this.at + eventAt, this.bytes.subarray(eventAt, eventAt + 2));
      this.event = event;
    }
    if (count === 0) return false;
    // What the program read of this before it ran is old by now: the host may have begun to wait.
    if (!events) return (this.readHead(this.layout.avail).flags & VRING_AVAIL_F_NO_INTERRUPT) === 0;
    file.read(this.at + this.availEnd - 4, this.head);
    const wanted = this.headView.getUint16(2, true);
    return ((idx - wanted - 1) & 0xffff) < count;
  }

  /**
   * Has the host made something available that the program has not seen, and perhaps not kicked for it, because it had not
   * seen yet that kicks are wanted?
   */
  get behind(): boolean {
    return this.mayMiss && this.readHead(this.layout.avail).idx !== this.available;
  }

  /** The end of the avail ring, used_event included. */
  private get availEnd(): number {
    return this.layout.avail + 4 + 2 * this.place.num + 2;
  }

  private restart(): void {
    const { avail, used } = this.layout;
    this.memories.file.read(this.at, this.bytes);
    this.used = this.view.getUint16(used + 2, true);
    this.flags = this.view.getUint16(used, true);
    this.event = this.view.getUint16(used + VringUsed.size + VringUsedElem.size * this.place.num, true);
    // What is available is copied in by the next `copyIn`, from the index on that belongs to the used one.
    this.available = this.used;
    this.view.setUint16(avail + 2, this.available, true);
  }

  private readHead(part: number): { flags: number; idx: number } {
    this.memories.file.read(this.at + part, this.head);
    return { flags: this.headView.getUint16(0, true), idx: this.headView.getUint16(2, true) };
  }

  /** Bytes that are still to be copied out of the chain at hand. */
  private left = 0;

  private readonly receive = (address: number, len: number, flags: number): void => {
    if (flags & VRING_DESC_F_WRITE) return;
    const own = this.memories.own(address, len);
    const at = this.memories.offset(address, len);
    if (own && at !== undefined) this.memories.file.read(at, own);
  };

  private readonly send = (address: number, len: number, flags: number): void => {
    if (!(flags & VRING_DESC_F_WRITE) || this.left === 0) return;
    const size = Math.min(len, this.left);
    this.left -= size;
    const own = this.memories.own(address, size);
    const at = this.memories.offset(address, size);
    if (own && at !== undefined) this.memories.file.write(at, own);
  };

  /** The buffers of a chain; an indirect table is copied in first. */
  private chain(head: number, visit: (address: number, len: number, flags: number) => void): void {
    let view = this.view;
    let count = this.place.num;
    let id = head;
    for (let steps = 0; id < count && steps < count; steps++) {
      const at = id * VringDesc.size;
      const address = view.getUint32(at, true) + view.getUint32(at + 4, true) * 0x100000000;
      const len = view.getUint32(at + 8, true);
      const flags = view.getUint16(at + 12, true);
      if (flags & VRING_DESC_F_INDIRECT && view === this.view) {
        const table = this.memories.own(address, len);
        const from = this.memories.offset(address, len);
        if (!table || from === undefined) return;
        if (visit === this.receive) this.memories.file.read(from, table);
        view = new DataView(table.buffer, table.byteOffset, table.length);
        count = Math.floor(len / VringDesc.size);
        id = 0;
        steps = -1;
        continue;
      }
      visit(address, len, flags);
      if (!(flags & VRING_DESC_F_NEXT)) return;
      id = view.getUint16(at + 14, true);
    }
  }
}
