/** The portable stack on Node: a hal over one plain ArrayBuffer, and a host that drives the rings from outside. */
import { Virtqueue } from '../../host-sim/virtio/virtqueue.js';
import { type Da, da, pa } from '../../runtime/abi/address.js';
import type { StopReason } from '../../runtime/abi/host-request.js';
import { FwRscVdev, FwRscVdevVring } from '../../runtime/abi/resource-table.js';
import type { BoardInfo, Hal, MemoryWindow, RequestHandler } from '../../runtime/hal/hal.js';
import { Remote } from '../../runtime/remote.js';
import { payloadOf } from './sim-boot.js';
import { ANY, table, trace, vdev } from './sim-images.js';
import { type Message, parseRpmsg, rpmsgBytes } from './sim-remote.js';

export const BASE = 0x10000000;
export const PA_BASE = 0x30000000;
const SIZE = 0x100000;
export const TRACE_AT = 0x800;
export const TRACE_LEN = 0x400;
const RINGS_AT = [0x1000, 0x8000];
const BUFFERS_AT = 0x10000;

export class SimHal implements Hal {
  readonly buffer = new ArrayBuffer(SIZE);
  readonly bytes = new Uint8Array(this.buffer);
  readonly view = new DataView(this.buffer);
  table: Hal['table'] = { da: da(BASE), len: 0 };
  clock = 0;
  alarmAt = Infinity;
  /** Notifyids in the order of the kicks. */
  readonly kicks: number[] = [];
  readonly logged: string[] = [];
  /** Windows that were asked for, as offsets. */
  readonly windows: [number, number][] = [];
  crashed: { reason: string; stack: string } | undefined;
  private kickHandler: () => void = () => {};
  private alarmHandler: () => void = () => {};
  store16?: (at: Da, value: number) => void;
  barrier?: () => void;

  private offset(at: number, len: number): number {
    const offset = at - BASE;
    if (!(offset >= 0 && offset + len <= SIZE)) throw new RangeError(`no memory at 0x${at.toString(16)}`);
    return offset;
  }

  memory(at: Da, len: number): MemoryWindow {
    const offset = this.offset(at, len);
    this.windows.push([offset, len]);
    return { buffer: this.buffer, offset };
  }

  read8 = (at: Da): number => this.view.getUint8(this.offset(at, 1));
  read16 = (at: Da): number => this.view.getUint16(this.offset(at, 2), true);
  read32 = (at: Da): number => this.view.getUint32(this.offset(at, 4), true);
  write8 = (at: Da, value: number): void => this.view.setUint8(this.offset(at, 1), value);
  write16 = (at: Da, value: number): void => this.view.setUint16(this.offset(at, 2), value, true);
  write32 = (at: Da, value: number): void => this.view.setUint32(this.offset(at, 4), value, true);
  /** What the host does while it is interrupted. */
  duringKick: () => void = () => {};
  kick = (notifyid: number): void => {
    this.kicks.push(notifyid);
    this.duringKick();
  };
  onKick = (handler: () => void): void => {
    this.kickHandler = handler;
  };
  onAlarm = (handler: () => void): void => {
    this.alarmHandler = handler;
  };
  onJobsDone = (): void => {};
  /** A test that has the host ask puts `listen` here. */
  onRequest?: Hal['onRequest'];
  now = (): number => this.clock;
  setAlarm = (at: number): void => {
    this.alarmAt = at;
  };
  log = (bytes: Uint8Array): void => {
    this.logged.push(Buffer.from(bytes).toString());
  };
  crash = (reason: string, stack: string): never => {
    this.crashed = { reason, stack };
    throw new Error(`core crashed: ${reason}`);
  };

  /** What the firmware decides, in the order of its answers: `shutdown granted`. */
  readonly answers: string[] = [];
  /** Asks the firmware as a mailbox's interrupt does; only where it has a handler. */
  ask: (request: StopReason) => void = () => {
    throw new Error('the firmware has no handler for requests');
  };

  /** To be `onRequest`. */
  listen = (handler: RequestHandler): void => {
    this.ask = (request) =>
      handler(request, (granted) => this.answers.push(`${request} ${granted ? 'granted' : 'refused'}`));
  };

  /** The host's interrupt. */
  interrupt(): void {
    this.kickHandler();
  }

  /** Lets time pass; alarms run at their times. */
  advance(ms: number): void {
    const end = this.clock + ms;
    while (this.alarmAt <= end) {
      this.clock = Math.max(this.clock, this.alarmAt);
      this.alarmAt = Infinity;
      this.alarmHandler();
    }
    this.clock = end;
  }
}

export interface HostOptions {
  readonly num?: number;
  readonly align?: number;
  /** Empty buffers that the host posts; all of the ring when left out. */
  readonly posted?: number;
  readonly bufferSize?: number;
  readonly dfeatures?: number;
  /** Of the rings; 4 and 5 when left out. */
  readonly notifyids?: readonly [number, number];
  /** What the remote gets as its hal; the plain one when left out. */
  readonly hal?: (plain: SimHal) => Hal;
  /** The host's doorbell; an interrupt at once when left out. */
  readonly notify?: (notifyid: number) => void;
  /** Called before the remote is made. */
  readonly prepare?: (hal: SimHal) => void;
}

export const boardInfo: BoardInfo = {
  name: 'test-board',
  ranges: [{ da: da(BASE), pa: pa(PA_BASE), len: SIZE }],
};

/** One rpmsg vdev, its remote, and the host at the other end. */
export class SimHost {
  readonly hal = new SimHal();
  readonly remote: Remote;
  readonly num: number;
  readonly bufferSize: number;
  /** Receive buffers of the host (vring 0) and its send queue (vring 1). */
  input!: Virtqueue;
  output!: Virtqueue;
  /** False: buffers that were received are kept instead of posted again. */
  repost = true;
  private readonly entry: number;
  private readonly free: number[] = [];

  constructor(readonly options: HostOptions = {}) {
    const { num = 8, align = 16, bufferSize = 512, dfeatures = 1, notifyids = [4, 5] } = options;
    this.num = num;
    this.bufferSize = bufferSize;
    const rings = [
      { num, align, notifyid: notifyids[0], da: ANY },
      { num, align, notifyid: notifyids[1], da: ANY },
    ];
    const bytes = table([trace(BASE + TRACE_AT, TRACE_LEN), vdev(rings, { dfeatures })]);
    this.hal.bytes.set(bytes);
    this.hal.table = { da: da(BASE), len: bytes.length };
    this.entry = payloadOf(bytes, 1);
    options.prepare?.(this.hal);
    this.remote = new Remote(options.hal ? options.hal(this.hal) : this.hal, boardInfo);
    this.remote.start();
  }

  get rpmsg() {
    return this.remote.rpmsg[0];
  }

  get vdev() {
    return FwRscVdev.over(this.hal.bytes, this.entry);
  }

  vring(i: number) {
    return FwRscVdevVring.over(this.hal.bytes, this.entry + FwRscVdev.size + i * FwRscVdevVring.size);
  }

  /** Offset of ring `i` in the buffer while the host is up. */
  ringAt(i: number): number {
    return this.vring(i).da - BASE;
  }

  /** Everything up to DRIVER_OK, then the first kick. `shift` moves rings and buffers. */
  up({ features = 1, shift = 0, kick = true } = {}): void {
    const { align = 16, posted = this.num } = this.options;
    const queues = RINGS_AT.map((at, i) => {
      const ring = this.hal.bytes.subarray(at + shift);
      ring.fill(0, 0, 0x6000);
      this.vring(i).da = BASE + at + shift;
      return new Virtqueue(
        `q${i}`,
        { num: this.num, align },
        pa(PA_BASE + at + shift),
        ring,
        features,
        undefined,
        () => this.notify(this.vring(i).notifyid),
      );
    });
    [this.input, this.output] = queues;
    this.free.length = 0;
    for (let i = 0; i < this.num; i++) this.free.push(this.num + i);
    this.bufferShift = shift;
    for (let i = 0; i < posted; i++) this.input.addInbuf(this.addressOf(i), this.bufferSize, i);
    this.vdev.gfeatures = features;
    this.vdev.status = 7;
    if (kick) this.notify(this.vring(0).notifyid);
  }

  private notify(notifyid: number): void {
    if (this.options.notify) this.options.notify(notifyid);
    else this.hal.interrupt();
  }

  /** Messages that can be put before the remote has given a buffer back. */
  get room(): number {
    for (let done = this.output.getBuf(); done >= 0; done = this.output.getBuf()) this.free.push(done);
    return this.free.length;
  }

  private bufferShift = 0;

  addressOf(index: number): number {
    return PA_BASE + BUFFERS_AT + this.bufferShift + index * this.bufferSize;
  }

  /** Status as Linux leaves it when the driver goes. */
  down(status = 1): void {
    this.vdev.status = 0;
    this.vdev.status = status;
  }

  /** Puts a message into vring 1 without a kick. */
  put(src: number, dst: number, data: Uint8Array | string, len?: number): void {
    if (this.room === 0) throw new Error('the remote has not given a buffer back');
    const index = this.free.shift()!;
    const payload = typeof data === 'string' ? new Uint8Array(Buffer.from(data)) : data;
    const bytes = rpmsgBytes(src, dst, payload, len);
    this.hal.bytes.set(bytes, this.addressOf(index) - PA_BASE);
    this.output.addOutbuf(this.addressOf(index), bytes.length, index);
  }

  send(src: number, dst: number, data: Uint8Array | string): void {
    this.put(src, dst, data);
    this.output.kick();
  }

  /** Messages from the remote since the last call; buffers are posted again, with one kick if it is wanted. */
  received(): Message[] {
    const messages: Message[] = [];
    for (let index = this.input.getBuf(); index >= 0; index = this.input.getBuf()) {
      const at = this.addressOf(index) - PA_BASE;
      messages.push(parseRpmsg(this.hal.bytes.slice(at, at + this.input.usedLen)));
      if (this.repost) this.input.addInbuf(this.addressOf(index), this.bufferSize, index);
      else this.kept.push(index);
    }
    if (messages.length > 0 && this.repost) this.input.kick();
    return messages;
  }

  readonly kept: number[] = [];

  /** Posts `count` of the kept buffers and kicks if it is wanted; true when it was. */
  give(count = this.kept.length): boolean {
    for (const index of this.kept.splice(0, count)) {
      this.input.addInbuf(this.addressOf(index), this.bufferSize, index);
    }
    const wanted = this.input.kickPrepare();
    if (wanted) this.notify(this.vring(0).notifyid);
    return wanted;
  }

  /** Payloads as text. */
  texts(): string[] {
    return this.received().map(({ data }) => Buffer.from(data).toString());
  }
}

/** Lets all promise jobs run. */
export function jobs(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
