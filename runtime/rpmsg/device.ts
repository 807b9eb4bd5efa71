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
import type { VdevDriver } from '../virtio/vdev.js';
import type { Virtqueue } from '../virtio/virtqueue.js';
import {
  Endpoint,
  type EndpointOptions,
  type EndpointTransport,
  type MessageHandler,
  type SendNow,
} from './endpoint.js';
import { NameService } from './name-service.js';
import { type EndpointTable, makeRings, type Rings, type RpmsgCounters } from './rings.js';
import { type Alarms, SendQueue } from './send-queue.js';

const ANY = RPMSG_ADDR_ANY | 0;

/** One rpmsg vdev: its endpoints, their addresses and counters. `rpmsgDevice(i)` gives those of the resource table. */
export class RpmsgDevice implements VdevDriver, EndpointTransport {
  readonly writable = [true, false];
  /** Messages since the core started. */
  readonly counters: RpmsgCounters;
  /** Sends at once or not at all: not while there is no host and while other messages wait. */
  sendNow: SendNow = sendNothing;

  /** Both exist between DRIVER_OK and the host's reset. */
  private tx: Virtqueue | undefined;
  private rings: Rings | undefined;
  private readonly table: EndpointTable = { dynamic: [], fixed: {} };
  private readonly names: NameService;
  private readonly waiting: SendQueue;
  /** What earlier rings counted: counting in them is cheaper than in an object, so they keep their own. */
  private past = { received: 0, sent: 0 };

  constructor(
    private readonly hal: Hal,
    alarms: Alarms,
  ) {
    this.waiting = new SendQueue(this, alarms);
    const total = (of: 'received' | 'sent') => this.past[of] + (this.rings ? this.rings[of]() : 0);
    this.counters = {
      get received() {
        return total('received');
      },
      get sent() {
        return total('sent');
      },
      deadLetters: 0,
      malformed: 0,
    };
    this.names = new NameService(this);
    this.add(new Endpoint(this, '', RPMSG_NS_ADDR, ANY, false, (data) => this.names.receive(data)));
  }

  start(queues: readonly Virtqueue[], features: number): () => void {
    const [tx, rx] = queues;
    this.tx = tx;
    this.rings = makeRings(this.hal, tx, rx, this.table, this.counters, () => this.waiting.pump());
    this.sendNow = this.rings.send;
    // Buffers that come back matter only while somebody waits for one.
    tx.wantKicks(false);
    this.names.enabled = (features & (1 << VIRTIO_RPMSG_F_NS)) !== 0;
    for (const endpoint of this.endpoints()) this.introduce(endpoint);
    this.waiting.pump();
    return this.rings.poll;
  }

  stop(): void {
    this.past = { received: this.counters.received, sent: this.counters.sent };
    this.tx = undefined;
    this.rings = undefined;
    this.sendNow = sendNothing;
    // Announcements were meant for this host; the next one hears of what is there then.
    this.names.enabled = false;
    this.waiting.forget(RPMSG_NS_ADDR);
    for (const endpoint of this.endpoints()) endpoint.unbind();
  }

  /**
   * Makes an endpoint at `src`, or at the lowest free address from 0x400 on, and announces it when the host is up. Throws
   * RangeError for a name of more than 31 bytes or an address that is not one, Error for an address in use.
   */
  createEndpoint(options: EndpointOptions, onMessage: MessageHandler): Endpoint {
    const { name = '', src = RPMSG_ADDR_ANY, dst = RPMSG_ADDR_ANY, announce = true } = options;
    const size = utf8Encode(name).length;
    if (size >= RPMSG_NAME_SIZE) {
      throw new RangeError(
        'endpoint name "' + name + '" has ' + size + ' bytes; a service name holds ' + (RPMSG_NAME_SIZE - 1),
      );
    }
    const address = src === RPMSG_ADDR_ANY ? this.freeAddress() : src;
    if (!(address >= 0 && address < RPMSG_ADDR_ANY) || Math.floor(address) !== address) {
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
    this.waiting.drop(endpoint);
    this.names.withdraw(endpoint);
  }

  /** All endpoints but the name service's, fixed addresses first. */
  endpoints(): Endpoint[] {
    const { dynamic, fixed } = this.table;
    const all: Endpoint[] = [];
    for (const key of Object.keys(fixed)) {
      const endpoint = fixed[Number(key)];
      if (endpoint && endpoint.src !== RPMSG_NS_ADDR) all.push(endpoint);
    }
    for (const endpoint of dynamic) if (endpoint) all.push(endpoint);
    return all;
  }

  /** Largest payload in bytes that a buffer of the host holds; 0 while there is no host. */
  mtu(): number {
    return this.rings ? this.rings.mtu() : 0;
  }

  /** Sends to `dst`, or to the endpoint's peer where `dst` is -1: now, or as soon as peer and buffer are there. Rejects after 15 s. */
  send(endpoint: Endpoint, dst: number, data: Uint8Array): Promise<void> {
    const to = dst === ANY ? endpoint.dst : dst;
    if (to !== ANY && this.sendNow(endpoint.src, to, data)) return SENT;
    return this.waiting.add(endpoint, dst, data);
  }

  /** Sends for the stack itself: behind what waits, and nobody awaits it. */
  post(endpoint: Endpoint, dst: number, data: Uint8Array): void {
    if (this.sendNow(endpoint.src, dst, data)) return;
    this.waiting.add(endpoint, dst, data).then(undefined, ignore);
  }

  /** One message into a free buffer, past those that wait; false when there is none. */
  transmit(src: number, dst: number, data: Uint8Array): boolean {
    return this.rings ? this.rings.send(src, dst, data) : false;
  }

  peerKnown(): void {
    this.waiting.pump();
  }

  /** Asks the host for a kick when buffers come back, or no longer; true when one has come back already. */
  awaitBuffers(waiting: boolean): boolean {
    if (!this.tx || !this.rings) return false;
    this.rings.setWaiting(waiting);
    this.tx.wantKicks(waiting);
    // Nobody overtakes a message that waits.
    this.sendNow = waiting ? sendNothing : this.rings.send;
    return waiting && this.rings.hasRoom();
  }

  /** Tells an endpoint and the host of each other. */
  private introduce(endpoint: Endpoint): void {
    if (endpoint.dst !== ANY) endpoint.bind(endpoint.dst);
    this.names.announce(endpoint);
  }

  private find(address: number): Endpoint | undefined {
    return this.table.dynamic[address - RPMSG_RESERVED_ADDRESSES] || this.table.fixed[address];
  }

  private freeAddress(): number {
    let slot = 0;
    while (this.find((slot + RPMSG_RESERVED_ADDRESSES) | 0)) slot++;
    return slot + RPMSG_RESERVED_ADDRESSES;
  }

  /** Addresses next to the dense range go into the array, far ones beside it, so that it stays small. */
  private add(endpoint: Endpoint): void {
    const { dynamic, fixed } = this.table;
    const slot = endpoint.src - RPMSG_RESERVED_ADDRESSES;
    if (slot >= 0 && slot <= dynamic.length) dynamic[slot] = endpoint;
    else fixed[endpoint.src | 0] = endpoint;
  }
}

/** What a send that found a free buffer returns: no promise is allocated per message. */
const SENT: Promise<void> = Promise.resolve();

function sendNothing(): boolean {
  return false;
}

/** A host that takes no message for 15 s is told nothing; the endpoint's own sends report it. */
function ignore(): void {}
