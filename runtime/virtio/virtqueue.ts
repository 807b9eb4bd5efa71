/**
 * The device side of a split virtqueue (virtio 1.2 section 2.7; layout in abi/vring.ts). The host owns the
 * descriptor table and the avail ring, this side only ever writes the used ring and the granted buffers.
 *
 * `take`, `put` and `publish` serve any device type. rpmsg walks the same arrays in fused loops of its own
 * (rpmsg/rings.ts), because a helper call costs as much as three ring accesses on an interpreter.
 */
import { type Da, daToPa, hex, type Pa, paToDa } from '../abi/address.js';
import {
  VRING_AVAIL_F_NO_INTERRUPT,
  VRING_DESC_F_INDIRECT,
  VRING_DESC_F_NEXT,
  VRING_DESC_F_WRITE,
  VRING_USED_F_NO_NOTIFY,
  VringAvail,
  VringDesc,
  VringUsed,
  vringLayout,
} from '../abi/vring.js';
import type { BoardInfo, Hal } from '../hal/hal.js';

export interface VirtqueueConfig {
  readonly da: Da;
  readonly num: number;
  readonly align: number;
  readonly notifyid: number;
}

/**
 * Thrown, and caught by the vdev, where a host is found to have reset the device and come up again while nobody looked:
 * the status byte is what it was, but Linux zeroes its rings (__rproc_virtio_find_vqs in remoteproc_virtio.c), and
 * used.idx is ours alone to change.
 */
export const HOST_RESTARTED = {};

/**
 * One vring while its device is live. A driver takes what the host made available (`take`, then `bytes[id]`), gives it back
 * (`put`), and tells the host of all that it gave back (`publish`).
 */
export class Virtqueue {
  readonly num: number;
  readonly mask: number;
  readonly notifyid: number;
  /** Descriptor table as words, four a descriptor: addr_lo, addr_hi, len, flags | next << 16. */
  readonly desc: Int32Array;
  /** [flags, idx, ring..., used_event] */
  readonly avail: Uint16Array;
  /** [flags, idx, ring..., avail_event] */
  readonly used: Uint16Array;
  /** [id, len] pairs. */
  readonly usedRing: Int32Array;

  /** Next slot of the avail ring to take, free-running modulo 65536. */
  lastAvail: number;
  /** Next slot of the used ring to fill, free-running modulo 65536. */
  usedIdx: number;
  /** used.idx as last stored. */
  publishedIdx: number;

  /** The buffer behind each descriptor as last mapped: address, length, bytes and words. */
  readonly addr: Int32Array;
  readonly len: Int32Array;
  readonly bytes: Uint8Array[] = [];
  readonly words: Int32Array[] = [];

  private readonly availDa: Da;
  private readonly usedIdxDa: Da;

  constructor(
    private readonly hal: Hal,
    private readonly board: BoardInfo,
    config: VirtqueueConfig,
    /** True when the host posts buffers for us to fill (vring 0 of rpmsg). */
    private readonly writable: boolean,
    /** VIRTIO_RING_F_EVENT_IDX was negotiated: event fields decide, flags say nothing. */
    readonly events = false,
  ) {
    const { da, num, align, notifyid } = config;
    if (!(num > 0 && num <= 32768) || (num & (num - 1)) !== 0) {
      throw new Error('vring of ' + num + ' entries: virtio needs a power of two up to 32768');
    }
    const { avail, used, size } = vringLayout(num, align, da);
    const where = 'vring at ' + hex(da) + ' of ' + num + ' entries aligned to ' + align;
    if (used < avail || daToPa(board.ranges, da, size) === undefined) {
      throw new Error(where + ' does not lie in the memory that ' + board.name + ' shares with Linux');
    }
    if ((da | used) & 3) throw new Error(where + ': its parts must be 4-byte aligned');
    const { buffer, offset } = hal.memory(da, size);
    this.num = num;
    this.mask = num - 1;
    this.notifyid = notifyid;
    this.desc = new Int32Array(buffer, offset, num * (VringDesc.size / 4));
    this.avail = new Uint16Array(buffer, offset + avail, VringAvail.size / 2 + num + 1);
    this.used = new Uint16Array(buffer, offset + used, VringUsed.size / 2 + 4 * num + 1);
    this.usedRing = new Int32Array(buffer, offset + used + VringUsed.size, num * 2);
    this.availDa = (da + avail) as Da;
    this.usedIdxDa = (da + used + VringUsed.offset.idx) as Da;
    // A fresh ring is zeroed. On a live one what is used is done with, and what is available beyond it is not.
    this.lastAvail = this.usedIdx = this.publishedIdx = this.used[1];
    this.addr = new Int32Array(num).fill(-1);
    this.len = this.addr.slice();
  }

  /** Throws HOST_RESTARTED when this is not the ring that it was. */
  look(): void {
    if (this.used[1] !== this.publishedIdx) throw HOST_RESTARTED;
  }

  /** Element `i` of the avail ring that the host may be storing right now: its index, or used_event. */
  availAt(i: number): number {
    const { load16 } = this.hal;
    return load16 ? load16((this.availDa + 2 * i) as Da) : this.avail[i];
  }

  /** How many buffers the host has made available and we have not taken. */
  pending(): number {
    const end = this.availAt(1);
    const count = (end - this.lastAvail) & 0xffff;
    if (count > this.num) this.refuseJump(end, this.lastAvail);
    return count;
  }

  /** Crashes the core: the host claims more available buffers than the ring holds. */
  refuseJump(end: number, last: number): never {
    throw new Error(
      'avail.idx ' + end + ' is ' + ((end - last) & 0xffff) + ' ahead in a ring of ' + this.num,
    );
  }

  /** Takes the next available descriptor and maps its buffer; -1 when there is none. */
  take(): number {
    if (this.pending() === 0) return -1;
    if (this.hal.barrier) this.hal.barrier();
    const id = this.avail[2 + (this.lastAvail & this.mask)];
    this.lastAvail = (this.lastAvail + 1) & 0xffff;
    if (id >= this.num || this.desc[4 * id] !== this.addr[id] || this.desc[4 * id + 2] !== this.len[id]) {
      this.map(id);
    }
    return id;
  }

  /**
   * Maps the buffer of descriptor `id`. The only place where a descriptor's physical address becomes ours.
   * Throws (the core crashes with the message) on anything that is not one plain buffer in known memory.
   */
  map(id: number): void {
    const { desc } = this;
    if (id >= this.num) throw new Error('descriptor ' + id + ' in a ring of ' + this.num);
    const at = 4 * id;
    const lo = desc[at] >>> 0;
    const hi = desc[at + 1] >>> 0;
    const len = desc[at + 2] >>> 0;
    const flags = desc[at + 3] & 0xffff;
    const refusal = (why: string): Error => {
      const place = hex(hi, 1) + '_' + hex(lo).slice(2);
      return new Error('descriptor ' + id + ' (addr ' + place + ', len ' + len + ') ' + why);
    };
    if (flags & (VRING_DESC_F_NEXT | VRING_DESC_F_INDIRECT)) {
      throw refusal('has flags ' + flags + ': one plain buffer was expected');
    }
    if (((flags & VRING_DESC_F_WRITE) !== 0) !== this.writable) {
      throw refusal((this.writable ? 'is not' : 'is') + ' writable for the device');
    }
    const da = paToDa(this.board.ranges, (hi * 0x100000000 + lo) as Pa, len);
    if (da === undefined) {
      throw refusal('lies outside of the memory that ' + this.board.name + ' shares with Linux');
    }
    if (da & 3) throw refusal('is not 4-byte aligned');
    const { buffer, offset } = this.hal.memory(da, len);
    this.bytes[id] = new Uint8Array(buffer, offset, len);
    this.words[id] = new Int32Array(buffer, offset, len >> 2);
    this.addr[id] = lo;
    this.len[id] = len;
  }

  /**
   * Asks the host to kick, or not to, when it makes buffers available behind `last`. A hint: it may kick all the same.
   * What became available before the host saw this is not told: look again after `wantKicks(true)`.
   */
  wantKicks(wanted: boolean, last = this.lastAvail): void {
    // An event that the host's index has passed comes again after 65536 buffers only.
    if (this.events) this.used[2 + 4 * this.num] = wanted ? last : last - 1;
    else this.used[0] = wanted ? 0 : VRING_USED_F_NO_NOTIFY;
    if (wanted && this.hal.barrier) this.hal.barrier();
  }

  /** Puts a taken buffer into the used ring; `written` bytes of it were filled. Visible after `publish`. */
  put(id: number, written: number): void {
    const slot = (this.usedIdx & this.mask) << 1;
    this.usedRing[slot] = id;
    this.usedRing[slot + 1] = written;
    this.usedIdx = (this.usedIdx + 1) & 0xffff;
  }

  /** Makes all put buffers visible to the host and interrupts it unless it asked not to be. */
  publish(): void {
    if (this.usedIdx === this.publishedIdx) return;
    const before = this.publishedIdx;
    this.publishedIdx = this.usedIdx;
    if (this.store(this.usedIdx, before)) this.hal.kick(this.notifyid);
  }

  /** Stores used.idx; true when the host wants to be interrupted for what came since `before`. */
  store(usedIdx: number, before: number): boolean {
    const hal = this.hal;
    if (hal.store16) hal.store16(this.usedIdxDa, usedIdx);
    else {
      if (hal.barrier) hal.barrier();
      this.used[1] = usedIdx;
    }
    // virtio 1.2, 2.7.7.1: the barrier must lie between storing used.idx and loading avail.flags or used_event.
    if (hal.barrier) hal.barrier();
    if (!this.events) return (this.avail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0;
    const event = this.availAt(2 + this.num);
    return ((usedIdx - event - 1) & 0xffff) < ((usedIdx - before) & 0xffff);
  }
}
