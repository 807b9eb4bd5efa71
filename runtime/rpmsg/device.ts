/** The rpmsg device: endpoints, their addresses, and what waits to be sent; rings.ts moves the messages. */
import {
  RPMSG_ADDR_ANY,
  RPMSG_NAME_SIZE,
  RPMSG_NS_ADDR,
  RPMSG_RESERVED_ADDRESSES,
  VIRTIO_RPMSG_F_NS,
} from '../abi/rpmsg.js';
import { utf8Encode } from '../abi/utf8.js';
import type { Hal } from '../hal/hal.js';
import { nothing } from '../nothing.js';
import type { Alarms } from '../timers.js';
import type { Vdev, VdevDriver } from '../virtio/vdev.js';
import type { Virtqueue } from '../virtio/virtqueue.js';
import { type ClaimOwner, HeldMessage, type HoldOwner, TxBuffer } from './buffers.js';
import type { CancelSignal } from './canceller.js';
import {
  ANY,
  Endpoint,
  type EndpointOptions,
  type EndpointTransport,
  type MessageHandler,
  type SendNow,
  WAS_DESTROYED,
} from './endpoint.js';
import { type Announcer, NameService } from './name-service.js';
import { makeRings } from './rings.js';
import type { EndpointTable, Rings, RpmsgCounters } from './rings-interface.js';
import { SendQueue } from './send-queue.js';

/** One rpmsg vdev: its endpoints, their addresses and counters. `rpmsgDevice(i)` gives those of the resource table. */
export class RpmsgDevice implements VdevDriver, EndpointTransport, Announcer {
  readonly writable = [true, false];
  /** Called when the host announces a service that no endpoint here waits for. */
  onUnknownService: ((name: string, addr: number) => void) | undefined;
  /** Sends at once or not at all: not while there is no host and while other messages wait. */
  sendNow: SendNow = sendNothing;

  /** There between DRIVER_OK and the host's reset. */
  private rings: Rings | undefined;
  /** What went through the rings of hosts that are gone. */
  private past: RpmsgCounters = NOTHING;
  private readonly table: EndpointTable = { dynamic: [], fixed: {} };
  private readonly names: NameService;
  private readonly waiting: SendQueue;
  /** Takes claimed and held buffers back; each bring-up has its own, so that none reaches the rings of the next. */
  private owner: (ClaimOwner & HoldOwner) | undefined;
  /** The held message in each receive buffer. */
  private kept: { [id: number]: HeldMessage | undefined } = {};
  /** Where the search for a dynamic address goes on. */
  private nextSlot = 0;

  constructor(
    private readonly hal: Hal,
    alarms: Alarms,
    private readonly vdev: Vdev,
  ) {
    this.waiting = new SendQueue(this, alarms);
    this.names = new NameService(this);
    this.add(new Endpoint(this, '', RPMSG_NS_ADDR, ANY, false, (data) => this.names.receive(data)));
  }

  start(queues: readonly Virtqueue[], features: number): () => void {
    const [tx, rx] = queues;
    if (!tx || !rx)
      throw new Error('vdev ' + this.vdev.index + ' has ' + queues.length + ' vrings: rpmsg needs two');
    this.rings = makeRings(this.hal, tx, rx, this.table, () => this.waiting.pump(), this.past);
    this.sendNow = this.rings.emit;
    this.owner = undefined;
    // Buffers that come back matter only while somebody waits for one.
    this.rings.setWaiting(false);
    rx.wantKicks(true);
    this.names.enabled = (features & (1 << VIRTIO_RPMSG_F_NS)) !== 0;
    for (const endpoint of this.endpoints()) this.introduce(endpoint);
    this.waiting.pump();
    return this.rings.poll;
  }

  stop(): void {
    // What is held or claimed belonged to the host.
    if (this.rings) this.past = Object.assign(this.rings.count(), NOBODYS);
    this.rings = undefined;
    this.sendNow = sendNothing;
    this.kept = {};
    // Announcements were meant for this host; the next one hears of what is there then.
    this.names.enabled = false;
    this.waiting.refuse(({ dst }) => dst === RPMSG_NS_ADDR, ': the host went away');
    for (const endpoint of this.endpoints()) endpoint.unbind();
  }

  /**
   * Makes an endpoint at `src`, or at the next free address in turn from 0x400 on, and announces it when the host is up. Throws
   * RangeError for a name of more than 31 bytes or an address that is not one, Error for an address in use.
   */
  createEndpoint(options: EndpointOptions, onMessage: MessageHandler): Endpoint {
    const { name = '', src = RPMSG_ADDR_ANY, dst = RPMSG_ADDR_ANY, announce = true } = options;
    const size = utf8Encode(name).length;
    if (size >= RPMSG_NAME_SIZE || name.indexOf('\0') >= 0) {
      const limit = RPMSG_NAME_SIZE - 1 + ' and no NUL';
      throw new RangeError(
        'endpoint name ' + JSON.stringify(name) + ' has ' + size + ' bytes; a service name holds ' + limit,
      );
    }
    const address = src === RPMSG_ADDR_ANY ? this.freeAddress() : src;
    if (address !== address >>> 0) {
      throw new RangeError('endpoint address ' + address + ' is not a 32-bit address');
    }
    if (this.find(address | 0)) throw new Error('endpoint address 0x' + address.toString(16) + ' is in use');
    const endpoint = new Endpoint(this, name, address, dst, announce && name !== '', onMessage);
    this.add(endpoint);
    if (this.rings) this.introduce(endpoint);
    return endpoint;
  }

  /** Frees the endpoint's address, drops what it has waiting and withdraws its announcement; nothing when it is gone already. */
  destroyEndpoint(endpoint: Endpoint): void {
    if (this.find(endpoint.src | 0) !== endpoint) return;
    const { dynamic, fixed } = this.table;
    const slot = endpoint.src - RPMSG_RESERVED_ADDRESSES;
    if (dynamic[slot] === endpoint) dynamic[slot] = undefined;
    else delete fixed[endpoint.src | 0];
    this.waiting.refuse((waiting) => waiting.endpoint === endpoint, WAS_DESTROYED);
    this.names.withdraw(endpoint);
  }

  /** All endpoints but the name service's, fixed addresses first. */
  endpoints(): Endpoint[] {
    const { dynamic, fixed } = this.table;
    return Object.keys(fixed)
      .map((key) => fixed[Number(key)])
      .concat(dynamic)
      .filter((endpoint): endpoint is Endpoint => !!endpoint && endpoint.src !== RPMSG_NS_ADDR);
  }

  /** Largest payload in bytes that a buffer of the host holds; 0 while there is no host. */
  mtu(): number {
    return this.rings ? this.rings.mtu() : 0;
  }

  /** Fulfilled when the host is up. Rejects after `timeoutMs` (15 s when left out) and says what was seen so far. */
  ready(timeoutMs?: number): Promise<void> {
    return this.vdev.ready(timeoutMs);
  }

  /** What went through this device since the core started, as it is now. */
  get counters(): RpmsgCounters {
    return this.rings ? this.rings.count() : this.past;
  }

  /** One line about what went through this device, for the trace. */
  report(): string {
    const { received, sent, deadLetters, malformed, kicks, held, claimed } = this.counters;
    return (
      'vdev ' +
      this.vdev.index +
      ': ' +
      received +
      ' received, ' +
      sent +
      ' sent, ' +
      kicks +
      ' kicks, ' +
      deadLetters +
      ' dead letters, ' +
      malformed +
      ' malformed, ' +
      held +
      ' held, ' +
      claimed +
      ' claimed'
    );
  }

  /** Sends to `dst`, or to the endpoint's peer where `dst` is -1: now, or as soon as peer and buffer are there. Rejects after 15 s. */
  send(
    endpoint: Endpoint,
    src: number,
    dst: number,
    data: Uint8Array,
    signal: CancelSignal | undefined,
  ): Promise<void> {
    const to = dst === ANY ? endpoint.dst : dst;
    try {
      if (to !== ANY && this.sendNow(src, to, data)) return SENT;
    } catch (error) {
      return Promise.reject(error);
    }
    return this.waiting.add(endpoint, src, dst, data, signal);
  }

  /** A free buffer of the host for a message of `endpoint`; undefined when there is none to have now. */
  claim(endpoint: Endpoint): TxBuffer | undefined {
    const { rings } = this;
    // Nobody overtakes a message that waits.
    const id = rings && this.sendNow !== sendNothing ? rings.claim() : -1;
    if (!rings || id < 0) return undefined;
    return new TxBuffer(this.ownerOf(rings), id, endpoint.src, () => endpoint.dst, rings.room(id));
  }

  /** Keeps the buffer of the message that is being delivered. Throws Error when none is. */
  hold(): HeldMessage {
    const { rings } = this;
    const id = rings ? rings.hold() : -1;
    if (!rings || id < 0)
      throw new Error('only a message that is being delivered can be held: call hold() in onMessage');
    const before = this.kept[id];
    if (before) {
      before.hold();
      return before;
    }
    const held = new HeldMessage(this.ownerOf(rings), id, rings.heldBytes(id), rings.sender(id));
    this.kept[id] = held;
    return held;
  }

  /** Sends for the stack itself: behind what waits, and nobody awaits it. */
  post(endpoint: Endpoint, dst: number, data: Uint8Array): void {
    if (this.sendNow(endpoint.src, dst, data)) return;
    // A host that takes no message for 15 s is told nothing; the endpoint's own sends report it.
    this.waiting.add(endpoint, endpoint.src, dst, data).then(undefined, nothing);
  }

  /** One message into a free buffer, past those that wait; false when there is none. */
  transmit(src: number, dst: number, data: Uint8Array): boolean {
    return this.rings ? this.rings.emit(src, dst, data) : false;
  }

  peerKnown(): void {
    this.waiting.pump();
  }

  /** Asks the host for a kick when buffers come back, or no longer; true when one has come back already. */
  awaitBuffers(waiting: boolean): boolean {
    if (!this.rings) return false;
    this.rings.setWaiting(waiting);
    // Nobody overtakes a message that waits.
    this.sendNow = waiting ? sendNothing : this.rings.emit;
    return waiting && this.rings.hasRoom();
  }

  private ownerOf(rings: Rings): ClaimOwner & HoldOwner {
    if (this.owner) return this.owner;
    this.owner = {
      live: () => this.rings === rings,
      commit: (id, src, dst, size) => {
        if (this.rings !== rings) return false;
        rings.commit(id, src, dst, size);
        return true;
      },
      unclaim: (id) => {
        if (this.rings !== rings) return;
        rings.unclaim(id);
        this.waiting.pump();
      },
      giveBack: (id) => {
        if (this.rings !== rings) return;
        this.kept[id] = undefined;
        rings.giveBack(id);
      },
    };
    return this.owner;
  }

  /** Tells an endpoint and the host of each other. */
  private introduce(endpoint: Endpoint): void {
    if (endpoint.dst !== ANY) endpoint.bind(endpoint.dst);
    this.names.announce(endpoint);
  }

  private find(address: number): Endpoint | undefined {
    return this.table.dynamic[address - RPMSG_RESERVED_ADDRESSES] || this.table.fixed[address];
  }

  /** The next free one in turn: a freed address may still get the late messages of its old peer. */
  private freeAddress(): number {
    for (let i = 0; ; i++) {
      const slot = i < TURN ? (this.nextSlot + i) % TURN : i;
      const address = slot + RPMSG_RESERVED_ADDRESSES;
      if (this.find(address | 0)) continue;
      if (i < TURN) this.nextSlot = slot + 1;
      return address;
    }
  }

  /** Addresses next to the dense range go into the array, far ones beside it, so that it stays small. */
  private add(endpoint: Endpoint): void {
    const { dynamic, fixed } = this.table;
    const slot = endpoint.src - RPMSG_RESERVED_ADDRESSES;
    if (slot >= 0 && slot <= dynamic.length) dynamic[slot] = endpoint;
    else fixed[endpoint.src | 0] = endpoint;
  }
}

/** What is held or claimed ends with the host. */
const NOBODYS = { held: 0, claimed: 0 };
const NOTHING: RpmsgCounters = Object.assign(
  { received: 0, sent: 0, deadLetters: 0, malformed: 0, kicks: 0 },
  NOBODYS,
);

/** Dynamic addresses that are given out in turn, as many as OpenAMP's. */
const TURN = 128;

/** What a send that found a free buffer returns: no promise is allocated per message. */
const SENT: Promise<void> = /* @__PURE__ */ Promise.resolve();

function sendNothing(): boolean {
  return false;
}
