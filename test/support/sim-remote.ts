/**
 * The device side of virtio and rpmsg as test code: walks rings by byte offsets, written from virtio-ring.md
 * sections 1 and 4 and sharing nothing with runtime/ or with the driver side that it tests.
 */

/** Where the bytes behind a physical address are. */
export type Window = (address: number, len: number) => Uint8Array;

export interface Taken {
  readonly id: number;
  readonly addr: number;
  readonly len: number;
  readonly flags: number;
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
}

/** One ring at an absolute address; all fields are read anew each time. */
export class RemoteRing {
  lastAvail = 0;
  usedIdx = 0;
  private readonly usedAt: number;

  constructor(
    private readonly window: Window,
    readonly base: number,
    readonly num: number,
    align: number,
  ) {
    // vring_init(): the used ring is aligned by its absolute address.
    const end = BigInt(base + 16 * num + 4 + 2 * num + 2);
    const mask = BigInt.asUintN(64, ~(BigInt(align) - 1n));
    this.usedAt = Number((end + BigInt(align) - 1n) & mask);
  }

  u16(at: number): number {
    return view(this.window(at, 2)).getUint16(0, true);
  }

  set16(at: number, value: number): void {
    view(this.window(at, 2)).setUint16(0, value, true);
  }

  get availFlags(): number {
    return this.u16(this.base + 16 * this.num);
  }

  get availIdx(): number {
    return this.u16(this.base + 16 * this.num + 2);
  }

  availRing(slot: number): number {
    return this.u16(this.base + 16 * this.num + 4 + 2 * slot);
  }

  get usedEvent(): number {
    return this.u16(this.base + 16 * this.num + 4 + 2 * this.num);
  }

  get usedFlags(): number {
    return this.u16(this.usedAt);
  }

  set usedFlags(value: number) {
    this.set16(this.usedAt, value);
  }

  get publishedIdx(): number {
    return this.u16(this.usedAt + 2);
  }

  set publishedIdx(value: number) {
    this.set16(this.usedAt + 2, value);
  }

  set availEvent(value: number) {
    this.set16(this.usedAt + 4 + 8 * this.num, value);
  }

  desc(id: number): Taken & { readonly next: number } {
    const at = view(this.window(this.base + 16 * id, 16));
    return {
      id,
      addr: Number(at.getBigUint64(0, true)),
      len: at.getUint32(8, true),
      flags: at.getUint16(12, true),
      next: at.getUint16(14, true),
    };
  }

  take(): Taken | undefined {
    if (this.availIdx === this.lastAvail) return undefined;
    const id = this.availRing(this.lastAvail % this.num);
    this.lastAvail = (this.lastAvail + 1) & 0xffff;
    const { addr, len, flags } = this.desc(id);
    return { id, addr, len, flags };
  }

  /** Fills the used slot; not yet visible. */
  put(id: number, len: number): void {
    const at = view(this.window(this.usedAt + 4 + 8 * (this.usedIdx % this.num), 8));
    at.setUint32(0, id, true);
    at.setUint32(4, len, true);
    this.usedIdx = (this.usedIdx + 1) & 0xffff;
  }

  publish(): void {
    this.publishedIdx = this.usedIdx;
  }

  give(id: number, len: number): void {
    this.put(id, len);
    this.publish();
  }
}

export interface Message {
  readonly src: number;
  readonly dst: number;
  readonly data: Uint8Array;
}

export function rpmsgBytes(src: number, dst: number, data: Uint8Array, len = data.length): Uint8Array {
  const bytes = new Uint8Array(16 + data.length);
  const at = view(bytes);
  at.setUint32(0, src, true);
  at.setUint32(4, dst, true);
  at.setUint16(12, len, true);
  bytes.set(data, 16);
  return bytes;
}

export function parseRpmsg(bytes: Uint8Array): Message {
  const at = view(bytes);
  const len = at.getUint16(12, true);
  return { src: at.getUint32(0, true), dst: at.getUint32(4, true), data: bytes.slice(16, 16 + len) };
}

/** A name-service payload; `name` fills all 32 bytes where it is that long. */
export function nsPayload(name: string, addr: number, flags = 0): Uint8Array {
  const bytes = new Uint8Array(40);
  bytes.set(Buffer.from(name).subarray(0, 32));
  view(bytes).setUint32(32, addr, true);
  view(bytes).setUint32(36, flags, true);
  return bytes;
}

/** A remote with two rings and no more sense than the test gives it. */
export class ScriptedRemote {
  /** To the host: its buffers are empty ones. */
  readonly tx: RemoteRing;
  /** From the host. */
  readonly rx: RemoteRing;

  constructor(
    private readonly window: Window,
    rings: { readonly tx: number; readonly rx: number; readonly num: number; readonly align: number },
    /** Interrupts the host for vring 0 or 1. */
    readonly interrupt: (vring: 0 | 1) => void,
  ) {
    this.tx = new RemoteRing(window, rings.tx, rings.num, rings.align);
    this.rx = new RemoteRing(window, rings.rx, rings.num, rings.align);
  }

  /** Writes raw bytes into the next host buffer; `usedLen` is what the used entry claims. */
  sendRaw(bytes: Uint8Array, usedLen = bytes.length): number {
    const buffer = this.tx.take();
    if (!buffer) throw new Error('the host has posted no buffer');
    this.window(buffer.addr, bytes.length).set(bytes);
    this.tx.give(buffer.id, usedLen);
    return buffer.id;
  }

  send(src: number, dst: number, data: Uint8Array | string): void {
    this.sendRaw(rpmsgBytes(src, dst, typeof data === 'string' ? Buffer.from(data) : data));
    this.interrupt(0);
  }

  announce(name: string, addr: number, flags = 0): void {
    this.send(addr, 53, nsPayload(name, addr, flags));
  }

  /** Takes one message and gives its buffer back. */
  receive(): Message | undefined {
    const buffer = this.rx.take();
    if (!buffer) return undefined;
    const message = parseRpmsg(this.window(buffer.addr, buffer.len).slice());
    this.rx.give(buffer.id, 0);
    return message;
  }
}
