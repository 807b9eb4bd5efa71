/**
 * Host and firmware together, and what must hold between them: every message once and in order, buffers never
 * lost or given back twice, nothing written that is not the device's, no wake-up lost and none too many.
 */
import type { HeldMessage } from '../../../runtime/rpmsg/buffers.js';
import { Firmware, type Orders, PEER } from './firmware.js';
import { check, Side } from './side.js';
import { type Incoming, type Kind, payload, sameBytes, Traffic } from './traffic.js';
import { type Sabotage, TABLE_LEN, World } from './world.js';

export interface Setup {
  /** Entries of vring 0 and 1: powers of two. */
  readonly num: readonly [number, number];
  readonly align: number;
  /** Bytes of a buffer, header included; of messages from the host, those that fit. */
  readonly size: number;
  readonly eventIdx: boolean;
  readonly store16: boolean;
  readonly barrier: boolean;
  /** Both indices of rings that the core finds alive; 0 for fresh ones. */
  readonly start: number;
  readonly oldestFirst: boolean;
  /** Linux up to 6.12 wants no interrupts for what it sent. */
  readonly doneInterrupts: boolean;
}

/** What runs out in a gap of the core's turn when the core dies there. */
export class Died extends Error {}

const crashed = (reason: string): Error => new Error(`core crashed: ${reason}`);

const roundUp = (value: number, step: number): number => Math.ceil(value / step) * step;

export class Model {
  readonly world: World;
  readonly traffic: Traffic;
  sides!: readonly [Side, Side];
  firmware!: Firmware;
  live = false;
  /** The core has looked at the status byte since it last changed. */
  noticed = false;
  /** Messages of this turn after which the core dies in its handler. */
  dieAfter = Infinity;
  /** A kick is on its way to the core. */
  mailbox = false;
  /** What happens when a gap of this turn is reached. */
  gap: { at: number; act: () => void } | undefined;
  /** The host did something in the middle of this turn. */
  preempted = false;
  /** How many drivers there were. */
  life = 0;
  private readonly ringsAt: readonly [number, number];
  private readonly buffersAt: readonly [number, number];
  private readonly stride: number;
  /** Why a message was not as it must be; thrown after the turn, as the core would take it for its own fault. */
  private complaint: Error | undefined;

  constructor(
    readonly setup: Setup,
    sabotage: Sabotage = {},
  ) {
    const { num, align, size } = setup;
    this.stride = roundUp(size, 4) + 8;
    const ring = num.map((n) => roundUp(18 * n + 6 + align + 8 * n + 6 + 64, 16));
    this.ringsAt = [roundUp(TABLE_LEN, 16), roundUp(TABLE_LEN, 16) + ring[0]];
    const split = roundUp(this.ringsAt[1] + ring[1], 16);
    this.buffersAt = [split + 12, split + 12 + num[0] * this.stride];
    const world = new World(this.buffersAt[1] + num[1] * this.stride, split, setup, sabotage);
    this.world = world;
    this.traffic = new Traffic(world, this.mtu);
    world.writeTable(num.map((n) => ({ num: n, align })));
    // Thrown later: the core's own code would take it for a fault of a send.
    world.onKick = (notifyid) => this.note(() => this.kicked(notifyid));
    world.onGap = () => this.note(() => this.reachGap());
    world.mayMap = (at, len) => {
      this.note(() => check(this.mayMap(at, len), () => `a window over ${len} bytes at ${this.place(at)}`));
      return true;
    };
    this.up(setup.start);
    this.boot();
  }

  get waiting(): number {
    return this.traffic.accepted.length;
  }

  /** Empty buffers that the firmware may fill now. */
  get free(): number {
    return this.sides[0].granted - this.claims;
  }

  /** Buffers and messages that the firmware keeps of this host's. */
  private get claims(): number {
    return this.firmware.claimed.filter(({ life }) => life === this.life).length;
  }

  private get holds(): number {
    return this.firmware.held.filter(({ life }) => life === this.life).length;
  }

  get mtu(): number {
    return this.setup.size - 16;
  }

  /** A driver probes: zeroed rings, empty buffers posted, DRIVER_OK. `start` makes them rings of long use. */
  up(start = 0): void {
    const { num, align, size, eventIdx, oldestFirst, doneInterrupts } = this.setup;
    const { world, stride } = this;
    const shift = 16 * (this.life++ % 3);
    const side = (i: 0 | 1): Side => {
      const at = this.ringsAt[i] + shift;
      world.setVringAddress(i, at);
      return new Side(
        world,
        i === 0 ? 'vring 0' : 'vring 1',
        { at: this.buffersAt[i], size, stride },
        { at, origin: 0x10000000, num: num[i], align, eventIdx, start, oldestFirst },
      );
    };
    this.sides = [side(0), side(1)];
    for (let i = 0; i < num[0]; i++) this.sides[0].offer(size, true);
    this.sides[0].setInterrupts(true);
    this.sides[1].setInterrupts(doneInterrupts);
    world.setFeatures(eventIdx ? 1 << 29 : 0);
    world.setStatus(7);
    this.live = true;
    this.noticed = false;
    this.mailbox = true;
    this.sides[0].ring.kickWanted();
    this.traffic.forgetIncoming();
  }

  /** The core starts; what it finds alive it works on. */
  boot(): void {
    this.world.onCrash = crashed;
    this.turn(() => {
      this.firmware = new Firmware(this.world, (firmware, data, src) => this.deliver(firmware, data, src));
      this.traffic.dropped = { deadLetters: 0, malformed: 0 };
      this.noticed = true;
      this.mailbox = false;
      this.world.alarm();
    });
  }

  /** The host's interrupt arrives. */
  interrupt(): void {
    this.turn(() => {
      this.noticed = true;
      this.mailbox = false;
      this.world.interrupt();
    });
  }

  /** The driver goes: what the core had published is read, the rest is void. */
  down(): void {
    this.scan();
    this.live = false;
    this.mailbox = false;
    this.world.setStatus(0);
    this.world.setStatus(1);
    this.turn(() => this.world.alarm());
    this.traffic.forgetIncoming();
  }

  /** The host tears down with a core that is dead: what was published counts, the rest is void. */
  lose(): void {
    if (this.live) {
      this.scan();
      for (const side of this.sides) side.acceptUsed();
    }
    this.live = false;
    this.traffic.accepted = [];
    this.traffic.forgetIncoming();
  }

  /** Takes the dying core's place: true when the rings let a new one go on where it was. */
  restart(): boolean {
    this.scan();
    const orders = this.sides.map((side) => side.liveOrder());
    const [, again] = orders;
    if (!orders[0] || !again) return false;
    this.traffic.accepted = [];
    this.traffic.redeliver(again);
    this.boot();
    return true;
  }

  /** Adds a message to vring 1; false when the host has no buffer for it. */
  put(wanted: number, kind: Kind, orders: Orders): boolean {
    const [, side] = this.sides;
    if (side.spare.length === 0) return false;
    const message = this.traffic.compose(side.spare[0], wanted, kind, orders);
    this.traffic.offered(side.offer(16 + message.size, false), message);
    return true;
  }

  /** The host posts an empty buffer that it had kept. */
  post(): boolean {
    if (this.sides[0].spare.length === 0) return false;
    this.sides[0].offer(this.setup.size, true);
    return true;
  }

  /** The driver decides for each ring whether it kicks. */
  decideKicks(): void {
    for (const { ring } of this.sides) if (ring.kickWanted()) this.mailbox = true;
  }

  /** The host takes up to `count` used entries of ring `i`. */
  take(i: 0 | 1, count: number): number {
    const side = this.sides[i];
    this.scan();
    let taken = 0;
    for (; taken < count && side.ready > 0; taken++) {
      const id = side.take();
      if (i === 1) this.traffic.incoming[id] = undefined;
    }
    if (taken > 0 && side.interrupts && this.setup.eventIdx) side.setInterrupts(true);
    return taken;
  }

  /** Lets the core run, then looks at everything. */
  turn(run: () => void): void {
    this.preempted = false;
    this.complaint = undefined;
    for (const side of this.sides) side.beginTurn();
    try {
      run();
    } finally {
      this.gap = undefined;
      // What the model saw goes before what the core made of it.
      if (this.complaint) rethrow(this.complaint);
    }
    this.settle();
  }

  /** Nothing but the device's own was written, and nobody sleeps who should have been woken. */
  settle(): void {
    if (this.live) {
      this.scan();
      for (const side of this.sides) side.checkTold();
    }
    this.checkMemory();
    this.checkWork();
  }

  private checkMemory(): void {
    const { world } = this;
    if (this.live && world.firstForeignWrite() >= 0) {
      for (const side of this.sides) side.acceptUsed();
      const { bufferOf, returned, ring } = this.sides[0];
      for (let id = 0; id < bufferOf.length; id++) {
        if (ring.offered[id] !== undefined && !returned[id]) world.accept(bufferOf[id], this.setup.size);
      }
    }
    const foreign = world.firstForeignWrite();
    check(foreign < 0, () => `a write at ${this.place(foreign)}`);
  }

  /** With no kick on its way and none owed by the host, the core has nothing left to do. */
  private checkWork(): void {
    this.traffic.checkCounters(this.firmware.device.counters);
    const owed = this.sides.some(({ ring }) => ring.checkedIdx !== ring.availIdx);
    if (!this.live || this.mailbox || owed) return;
    const [, side] = this.sides;
    check(
      side.granted === this.holds,
      () => `vring 1: lost wake-up of the core, ${side.granted} buffers out, ${this.holds} held`,
    );
    const { waiting, free } = this;
    check(
      waiting === 0 || free === 0,
      () => `vring 0: lost wake-up of the core, ${waiting} sends wait, ${free} buffers are free`,
    );
  }

  /** Looks at what the device published since the last time. */
  private scan(): void {
    this.sides[0].scan((id, len, buffer) => this.traffic.checkSent(id, len, buffer));
    this.sides[1].scan((id) => this.traffic.checkReturned(id));
  }

  /** The firmware's handler. */
  private deliver(firmware: Firmware, data: Uint8Array, src: number): void {
    let message: Incoming | undefined;
    this.note(() => {
      message = this.traffic.next(data, src);
    });
    if (!message) return;
    this.hold(firmware, message);
    const { answer } = message.orders;
    if (answer !== undefined) {
      this.sending('accepted', answer, (bytes) => firmware.endpoint.trySendTo(PEER, bytes));
    }
    this.note(() => this.reachGap());
    if (--this.dieAfter < 0) {
      // Firmware dies by what it throws; the runtime makes a crash of it.
      const died = new Died();
      this.dieAfter = Infinity;
      this.world.onCrash = () => died;
      throw died;
    }
  }

  private hold(firmware: Firmware, message: Incoming): void {
    const { seq, size, orders } = message;
    if (orders.hold === 'no') return;
    const first = firmware.endpoint.hold();
    if (orders.hold === 'within' || orders.hold === 'again') first.release();
    if (orders.hold === 'within') return;
    const kept = orders.hold === 'again' ? holdAgain(firmware) : first;
    if (!kept) return;
    message.held = true;
    firmware.held.push({ message: kept, seq, size, life: this.life });
  }

  /** As `Traffic.sending`; a complaint is kept for the end of the turn. */
  sending(way: 'accepted' | 'committed', wanted: number, send: (data: Uint8Array) => boolean): boolean {
    let sent = false;
    this.note(() => {
      sent = this.traffic.sending(this.traffic[way], wanted, send);
    });
    return sent;
  }

  /** The firmware lets go of held message `index`. */
  letGo(index: number): void {
    const [{ message, seq, size, life }] = this.firmware.held.splice(index, 1);
    if (life === this.life && this.live) {
      check(sameBytes(message.data, payload(seq, size)), () => `message ${seq} changed while it was held`);
      this.traffic.letGo(seq);
    }
    message.release();
  }

  private note(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.complaint ??= error as Error;
    }
  }

  private kicked(notifyid: number): void {
    check(notifyid === 4 || notifyid === 5, () => `a kick with notifyid ${notifyid}`);
    check(this.live, () => `vring ${notifyid - 4}: a kick while the host is away`);
    this.sides[notifyid - 4].kicked();
  }

  private reachGap(): void {
    const { gap } = this;
    if (!gap || !this.live || gap.at-- > 0) return;
    this.gap = undefined;
    this.preempted = true;
    gap.act();
  }

  private mayMap(at: number, len: number): boolean {
    if (at === 0 && len === TABLE_LEN) return true;
    if (!this.live) return false;
    return this.sides.some(({ ring, bufferOf, area }) => {
      if (at === ring.shape.at) return len === ring.end - at;
      return (
        len <= area.size && bufferOf.some((buffer, id) => buffer === at && ring.offered[id] !== undefined)
      );
    });
  }

  private place(at: number): string {
    for (const { ring, name } of this.sides) {
      if (at >= ring.shape.at && at < ring.end) return `${name} + ${at - ring.shape.at}`;
    }
    const side = this.sides[at >= this.buffersAt[1] ? 1 : 0];
    const offset = at - side.area.at;
    const where = `buffer ${Math.floor(offset / this.stride)} of ${side.name} + ${offset % this.stride}`;
    return at < this.buffersAt[0] ? `offset ${at}` : where;
  }
}

/** To hold what was let go already may be refused. */
function holdAgain(firmware: Firmware): HeldMessage | undefined {
  try {
    return firmware.endpoint.hold();
  } catch {
    return undefined;
  }
}

function rethrow(error: Error): never {
  throw error;
}
