/** The driver side of a split virtqueue, as drivers/virtio/virtio_ring.c works it for remoteproc. */
import { type Pa, pa } from '../../runtime/abi/address.js';
import { VIRTIO_RING_F_EVENT_IDX } from '../../runtime/abi/virtio.js';
import { VRING_DESC_F_WRITE, vringLayout } from '../../runtime/abi/vring.js';
import { EIO, ENOSPC } from '../errno.js';
import type { HostCache } from '../soc/host-cache.js';

export type VirtqueueCallback = ((queue: Virtqueue) => void) | undefined;

export class Virtqueue {
  readonly num: number;
  /** Used index up to which buffers were taken back, free-running modulo 65536. */
  private lastUsed = 0;
  private availIdx = 0;
  /** avail.idx at the last kick decision, for EVENT_IDX. */
  private kickedIdx = 0;
  private freeHead = 0;
  private freeCount: number;
  /** An id that was not outstanding came back: nothing works from then on. */
  broken = false;
  /** Bytes that the device wrote into the buffer that `getBuf` handed out last. */
  usedLen = 0;
  private interruptsOff = false;
  private inCallback = false;
  private interruptedAgain = false;

  private readonly desc: DataView;
  private readonly avail: Uint16Array;
  private readonly used: Uint16Array;
  private readonly usedRing: DataView;
  private readonly next: Uint16Array;
  /** Buffer of each outstanding descriptor; -1 where none is. */
  private readonly tokens: Int32Array;
  private readonly eventIdx: boolean;
  private readonly mask: number;
  /** Physical addresses of the two halves. */
  private readonly availAt: number;
  private readonly usedAt: number;

  /**
   * A fresh queue over zeroed ring memory. `address` is the physical address of `bytes`; the used ring is
   * aligned by it.
   */
  constructor(
    readonly name: string,
    ring: { readonly num: number; readonly align: number },
    private readonly address: Pa,
    bytes: Uint8Array,
    features: number,
    private readonly callback: VirtqueueCallback,
    private readonly notify: () => void,
    /** Between these bytes and the core's; absent where they are the same. Each access follows the order of the barriers. */
    private readonly cache?: HostCache,
  ) {
    const { num, align } = ring;
    const layout = vringLayout(num, align, address % 2 ** 32);
    this.num = num;
    this.mask = num - 1;
    this.availAt = address + layout.avail;
    this.usedAt = address + layout.used;
    this.freeCount = num;
    this.eventIdx = (features & (1 << VIRTIO_RING_F_EVENT_IDX)) !== 0;
    const { buffer, byteOffset } = bytes;
    this.desc = new DataView(buffer as ArrayBuffer, byteOffset, 16 * num);
    this.avail = new Uint16Array(buffer as ArrayBuffer, byteOffset + layout.avail, num + 3);
    this.used = new Uint16Array(buffer as ArrayBuffer, byteOffset + layout.used, 2 + 4 * num + 1);
    this.usedRing = new DataView(buffer as ArrayBuffer, byteOffset + layout.used + 4, 8 * num);
    this.next = Uint16Array.from({ length: num }, (_, i) => i + 1);
    this.tokens = new Int32Array(num).fill(-1);
  }

  /** Posts a buffer that the device may read. `token` (not negative) comes back from `getBuf`. */
  addOutbuf(address: number, len: number, token: number): number {
    return this.add(address, len, 0, token);
  }

  /** Posts a buffer that the device fills. */
  addInbuf(address: number, len: number, token: number): number {
    return this.add(address, len, VRING_DESC_F_WRITE, token);
  }

  private add(address: number, len: number, flags: number, token: number): number {
    if (this.broken) return -EIO;
    if (this.freeCount === 0) {
      // For out buffers the kernel kicks, so that the device makes room.
      if (flags === 0) this.notify();
      return -ENOSPC;
    }
    const head = this.freeHead;
    const { cache } = this;
    const desc = this.desc;
    const at = head * 16;
    desc.setUint32(at, address % 2 ** 32, true);
    desc.setUint32(at + 4, Math.floor(address / 2 ** 32), true);
    desc.setUint32(at + 8, len, true);
    // next keeps the free list's successor although NEXT is clear, as the kernel leaves it.
    desc.setUint32(at + 12, flags | (this.next[head] << 16), true);
    if (cache) cache.clean(pa(this.address + at), 16);
    this.freeHead = this.next[head];
    this.freeCount--;
    this.tokens[head] = token;
    const slot = 2 + (this.availIdx & this.mask);
    this.avail[slot] = head;
    if (cache) cache.clean(pa(this.availAt + 2 * slot), 2);
    this.availIdx = (this.availIdx + 1) & 0xffff;
    this.avail[1] = this.availIdx;
    if (cache) cache.clean(pa(this.availAt + 2), 2);
    return 0;
  }

  /** `virtqueue_kick()`: notifies unless the device asked not to be. */
  kick(): void {
    if (this.kickPrepare()) this.notify();
  }

  kickPrepare(): boolean {
    const before = this.kickedIdx;
    const { cache } = this;
    this.kickedIdx = this.availIdx;
    if (cache) cache.invalidate(pa(this.usedAt + (this.eventIdx ? 4 + 8 * this.num : 0)), 2);
    if (!this.eventIdx) return (this.used[0] & 1) === 0;
    const event = this.used[2 + 4 * this.num];
    return ((this.availIdx - event - 1) & 0xffff) < ((this.availIdx - before) & 0xffff);
  }

  /** The token of the next buffer that the device is done with; -1 when there is none. */
  getBuf(): number {
    if (this.broken || !this.moreUsed) return -1;
    const { cache } = this;
    const at = (this.lastUsed & this.mask) * 8;
    if (cache) cache.invalidate(pa(this.usedAt + 4 + at), 8);
    const id = this.usedRing.getUint32(at, true);
    if (id >= this.num) return this.breakDown(`id ${id} out of range`);
    const token = this.tokens[id];
    if (token < 0) return this.breakDown(`id ${id} is not a head!`);
    this.usedLen = this.usedRing.getUint32(at + 4, true);
    this.tokens[id] = -1;
    this.next[id] = this.freeHead;
    this.freeHead = id;
    this.freeCount++;
    this.lastUsed = (this.lastUsed + 1) & 0xffff;
    if (!this.interruptsOff && this.eventIdx) this.setUsedEvent(this.lastUsed);
    return token;
  }

  /** True when the device has given buffers back that were not taken yet. */
  get moreUsed(): boolean {
    if (this.cache) this.cache.invalidate(pa(this.usedAt + 2), 2);
    return this.lastUsed !== this.used[1];
  }

  /** Buffers that the device has, and those that it gave back and that were not taken yet. */
  get fill(): { readonly available: number; readonly used: number } {
    if (this.cache) this.cache.invalidate(pa(this.usedAt + 2), 2);
    const given = this.used[1];
    return { available: (this.availIdx - given) & 0xffff, used: (given - this.lastUsed) & 0xffff };
  }

  disableCb(): void {
    this.interruptsOff = true;
    if (this.eventIdx) this.setUsedEvent(0);
    else this.setAvailFlags(this.avail[0] | 1);
  }

  /** False when buffers came back meanwhile. */
  enableCb(): boolean {
    this.interruptsOff = false;
    if (this.eventIdx) this.setUsedEvent(this.lastUsed);
    else this.setAvailFlags(this.avail[0] & ~1);
    return !this.moreUsed;
  }

  private setAvailFlags(flags: number): void {
    this.avail[0] = flags;
    if (this.cache) this.cache.clean(pa(this.availAt), 2);
  }

  private setUsedEvent(index: number): void {
    this.avail[2 + this.num] = index;
    if (this.cache) this.cache.clean(pa(this.availAt + 4 + 2 * this.num), 2);
  }

  /** `vring_interrupt()`: nothing happens without a new used entry. One callback runs at a time. */
  interrupt(): void {
    if (this.inCallback) {
      this.interruptedAgain = true;
      return;
    }
    this.inCallback = true;
    try {
      do {
        this.interruptedAgain = false;
        if (this.moreUsed && !this.broken) this.callback?.(this);
      } while (this.interruptedAgain);
    } finally {
      this.inCallback = false;
    }
  }

  /** Told when a queue breaks down; the virtio driver's device prints it. */
  onBroken: (text: string) => void = () => {};

  private breakDown(what: string): number {
    this.broken = true;
    this.onBroken(`${this.name}:${what}`);
    return -1;
  }
}
