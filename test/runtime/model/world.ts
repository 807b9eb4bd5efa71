/**
 * The memory that host and core share, in one ArrayBuffer, and a hal over it. A second copy holds what every
 * byte must be: the driver writes both, the core's writes are accepted only where it may write.
 */
import { type Da, da, pa } from '../../../runtime/abi/address.js';
import type { BoardInfo, Hal, MemoryWindow } from '../../../runtime/hal/hal.js';
import type { DriverMemory } from './ring.js';

/** The core sees the memory here; Linux sees its two halves at places of their own, the second above 4 GiB. */
export const DA = 0x10000000;
const PA_LOW = 0x30000000;
const PA_HIGH = 0x7_4000_0000;

/** Offsets in the table below: virtio device entry (struct fw_rsc_vdev) and its two vrings. */
export const VDEV = 0x18;
const GFEATURES = VDEV + 12;
const STATUS = VDEV + 20;
export const VRINGS = VDEV + 24;
export const VRING_SIZE = 20;
export const TABLE_LEN = VRINGS + 2 * VRING_SIZE;
const CANARY = 0xa5;

export interface HalKind {
  readonly store16: boolean;
  readonly barrier: boolean;
}

/** What breaks the device on purpose, to see that the model finds it. */
export interface Sabotage {
  /** False: this kick is lost. */
  readonly kick?: (notifyid: number) => boolean;
  /** Runs at each index store, before it. */
  readonly store?: (world: World) => void;
}

export class World implements DriverMemory {
  readonly buffer: ArrayBuffer;
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly hal: Hal;
  readonly board: BoardInfo;
  private readonly expected: Uint8Array;
  private readonly expectedView: DataView;
  /** Called at every point where the host may run while the core does. */
  onGap: () => void = () => {};
  onKick: (notifyid: number) => void = () => {};
  onCrash: (reason: string) => Error = Error;
  /** Asked for every window. */
  mayMap: (at: number, len: number) => boolean = () => true;
  private interrupts: () => void = () => {};
  private alarms: () => void = () => {};

  constructor(
    readonly size: number,
    /** Where the second half begins. */
    split: number,
    kind: HalKind,
    readonly sabotage: Sabotage = {},
    /** Bytes behind the shared memory that the core can reach as well: its own, not the host's. */
    readonly beyond = 0,
  ) {
    this.buffer = new ArrayBuffer(size + beyond);
    this.bytes = new Uint8Array(this.buffer);
    this.view = new DataView(this.buffer);
    this.bytes.fill(CANARY);
    this.bytes.fill(0, 0, TABLE_LEN);
    this.expected = this.bytes.slice();
    this.expectedView = new DataView(this.expected.buffer);
    this.board = {
      name: 'model-board',
      ranges: [
        { da: da(DA), pa: pa(PA_LOW), len: split },
        { da: da(DA + split), pa: pa(PA_HIGH), len: size - split },
      ],
    };
    this.hal = this.makeHal(kind);
  }

  /** Linux's address of an offset. */
  physical(at: number): number {
    const [low, high] = this.board.ranges;
    return at < low.len ? PA_LOW + at : PA_HIGH + at - (high.da - DA);
  }

  u16(at: number): number {
    return this.view.getUint16(at, true);
  }

  u32(at: number): number {
    return this.view.getUint32(at, true);
  }

  poke8(at: number, value: number): void {
    this.bytes[at] = this.expected[at] = value;
  }

  poke16(at: number, value: number): void {
    this.view.setUint16(at, value, true);
    this.expectedView.setUint16(at, value, true);
  }

  poke32(at: number, value: number): void {
    this.view.setUint32(at, value, true);
    this.expectedView.setUint32(at, value, true);
  }

  poke(at: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, at);
    this.expected.set(bytes, at);
  }

  fill(from: number, to: number, value: number): void {
    this.bytes.fill(value, from, to);
    this.expected.fill(value, from, to);
  }

  /** What the core did in this stretch was its right. */
  accept(from: number, len: number): void {
    this.expected.set(this.bytes.subarray(from, from + len), from);
  }

  /** Did the core leave these bytes alone? */
  untouched(from: number, len: number): boolean {
    for (let at = from; at < from + len; at++) if (this.bytes[at] !== this.expected[at]) return false;
    return true;
  }

  /** Every byte that is not as it must be. */
  foreignWrites(): number[] {
    const found: number[] = [];
    if (Buffer.compare(this.bytes, this.expected) === 0) return found;
    this.bytes.forEach((byte, at) => {
      if (byte !== this.expected[at]) found.push(at);
    });
    return found;
  }

  /** The first byte that the core had no right to write; -1 when there is none. */
  firstForeignWrite(): number {
    if (Buffer.compare(this.bytes, this.expected) === 0) return -1;
    return this.bytes.findIndex((byte, at) => byte !== this.expected[at]);
  }

  /** The resource table: one vdev with id 7 and two vrings, notifyids 4 and 5. */
  writeTable(rings: readonly { readonly num: number; readonly align: number }[]): void {
    this.poke32(0, 1);
    this.poke32(4, 1);
    this.poke32(0x10, 0x14);
    this.poke32(0x14, 3);
    this.poke32(VDEV, 7);
    this.poke32(VDEV + 8, 1 | (1 << 29));
    this.poke8(VDEV + 21, 2);
    rings.forEach(({ num, align }, i) => {
      const at = VRINGS + VRING_SIZE * i;
      this.poke32(at, 0xffffffff);
      this.poke32(at + 4, align);
      this.poke32(at + 8, num);
      this.poke32(at + 12, 4 + i);
    });
  }

  setVringAddress(i: number, at: number): void {
    this.poke32(VRINGS + VRING_SIZE * i, DA + at);
  }

  setFeatures(features: number): void {
    this.poke32(GFEATURES, features);
  }

  setStatus(status: number): void {
    this.poke8(STATUS, status);
  }

  /** The host's interrupt at the core. */
  interrupt(): void {
    this.interrupts();
  }

  /** The core's alarm is due. */
  alarm(): void {
    this.alarms();
  }

  private makeHal(kind: HalKind): Hal {
    const { view } = this;
    const hal: Hal = {
      table: { da: da(DA), len: TABLE_LEN },
      memory: (at: Da, len: number): MemoryWindow => {
        const offset = at - DA;
        if (!(offset >= 0 && offset + len <= this.size + this.beyond))
          throw new RangeError(`no memory at ${at}`);
        if (!this.mayMap(offset, len)) throw new Error(`model: a window over ${len} bytes at ${offset}`);
        return { buffer: this.buffer, offset };
      },
      read8: (at) => view.getUint8(at - DA),
      read16: (at) => view.getUint16(at - DA, true),
      read32: (at) => view.getUint32(at - DA, true),
      write8: (at, value) => view.setUint8(at - DA, value),
      write16: (at, value) => view.setUint16(at - DA, value, true),
      write32: (at, value) => view.setUint32(at - DA, value, true),
      kick: (notifyid) => {
        if (this.sabotage.kick && !this.sabotage.kick(notifyid)) return;
        this.onKick(notifyid);
        this.onGap();
      },
      onKick: (handler) => {
        this.interrupts = handler;
      },
      onAlarm: (handler) => {
        this.alarms = handler;
      },
      onJobsDone: () => {},
      now: () => 0,
      setAlarm: () => {},
      log: () => {},
      crash: (reason) => {
        throw this.onCrash(reason);
      },
    };
    if (kind.store16) {
      hal.store16 = (at, value) => {
        if (this.sabotage.store) this.sabotage.store(this);
        if (value !== (value & 0xffff)) throw new Error(`model: index ${value} stored`);
        view.setUint16(at - DA, value, true);
        this.onGap();
      };
    }
    if (kind.barrier) hal.barrier = () => this.onGap();
    return hal;
  }
}
