/**
 * The rpmsg device: vring 0 carries messages to the host, vring 1 from it. Receiving and sending are fused
 * loops over the rings' typed arrays, written for an interpreter: `var` (no checks for use before declaration),
 * fields in locals, no allocation and no helper call per message, indices published once per batch.
 */
import {
  RPMSG_ADDR_ANY,
  RPMSG_NAME_SIZE,
  RPMSG_NS_ADDR,
  RPMSG_RESERVED_ADDRESSES,
  RpmsgHdr,
  VIRTIO_RPMSG_F_NS,
} from '../abi/rpmsg.js';
import { utf8Encode } from '../abi/utf8.js';
import type { VdevDriver } from '../virtio/vdev.js';
import type { Virtqueue } from '../virtio/virtqueue.js';
import { Endpoint, type EndpointOptions, type EndpointTransport, type MessageHandler } from './endpoint.js';
import { NameService } from './name-service.js';
import { type Alarms, SendQueue } from './send-queue.js';

/** What happened on this device since the core started. */
export interface RpmsgCounters {
  received: number;
  sent: number;
  /** Messages for an address that nobody has here. */
  deadLetters: number;
  /** Messages whose header claims more than the buffer holds. */
  malformed: number;
}

const HDR = RpmsgHdr.size;
const ANY = RPMSG_ADDR_ANY | 0;

export class RpmsgDevice implements VdevDriver, EndpointTransport {
  readonly writable = [true, false];
  readonly counters: RpmsgCounters = { received: 0, sent: 0, deadLetters: 0, malformed: 0 };

  private tx: Virtqueue | undefined;
  private rx: Virtqueue | undefined;
  /** Endpoints with dynamic addresses, by address - 0x400; most messages go there. */
  private readonly dynamic: (Endpoint | undefined)[] = [];
  /** All others, by address. */
  private readonly fixed: { [address: number]: Endpoint | undefined } = {};
  /** Payload room of each transmit buffer and payload view of each receive buffer, by descriptor. */
  private txRoom: Uint8Array[] = [];
  private rxView: Uint8Array[] = [];
  private rxViewLen = new Int32Array(0);
  /** While draining, puts are published at the end of the batch only. */
  private draining = false;
  private readonly names: NameService;
  private readonly waiting: SendQueue;

  constructor(alarms: Alarms) {
    this.waiting = new SendQueue(this, alarms);
    this.names = new NameService(this);
    this.add(new Endpoint(this, '', RPMSG_NS_ADDR, ANY, false, (data) => this.names.receive(data)));
  }

  start(queues: readonly Virtqueue[], features: number): void {
    this.tx = queues[0];
    this.rx = queues[1];
    this.txRoom = [];
    this.rxView = [];
    this.rxViewLen = new Int32Array(this.rx.num).fill(-1);
    this.names.enabled = (features & (1 << VIRTIO_RPMSG_F_NS)) !== 0;
    for (const endpoint of this.endpoints()) {
      if (endpoint.dst !== ANY) endpoint.bind(endpoint.dst);
      this.names.announce(endpoint);
    }
    this.waiting.pump();
  }

  stop(): void {
    this.tx = undefined;
    this.rx = undefined;
    for (const endpoint of this.endpoints()) endpoint.unbind();
  }

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
    if (this.tx) {
      if (endpoint.dst !== ANY) endpoint.bind(endpoint.dst);
      this.names.announce(endpoint);
    }
    return endpoint;
  }

  destroyEndpoint(endpoint: Endpoint): void {
    if (this.find(endpoint.src | 0) !== endpoint) return;
    const slot = endpoint.src - RPMSG_RESERVED_ADDRESSES;
    if (slot >= 0 && slot < this.dynamic.length) this.dynamic[slot] = undefined;
    else delete this.fixed[endpoint.src | 0];
    this.waiting.drop(endpoint);
    this.names.withdraw(endpoint);
  }

  /** All endpoints but the name service's, in order of address. */
  endpoints(): Endpoint[] {
    const all: Endpoint[] = [];
    for (const key of Object.keys(this.fixed)) {
      const endpoint = this.fixed[Number(key)];
      if (endpoint && endpoint.src !== RPMSG_NS_ADDR) all.push(endpoint);
    }
    for (const endpoint of this.dynamic) if (endpoint) all.push(endpoint);
    return all;
  }

  mtu(): number {
    const tx = this.tx;
    if (!tx) return 0;
    const next = tx.pending() > 0 ? tx.lastAvail : tx.lastAvail - 1;
    return tx.desc[4 * tx.avail[2 + (next & tx.mask)] + 2] - HDR;
  }

  send(endpoint: Endpoint, dst: number, data: Uint8Array): Promise<void> {
    const to = dst === ANY ? endpoint.dst : dst;
    if (to !== ANY && this.waiting.empty && this.transmit(endpoint.src, to, data)) return SENT;
    return this.waiting.add(endpoint, dst, data);
  }

  /** Sends for the stack itself: behind what waits, and nobody awaits it. */
  sendNow(endpoint: Endpoint, dst: number, data: Uint8Array): void {
    if (!this.trySend(endpoint.src, dst, data)) this.waiting.add(endpoint, dst, data).then(undefined, ignore);
  }

  /** As `send`, but false instead of waiting. Nobody overtakes a message that waits. */
  trySend(src: number, dst: number, data: Uint8Array): boolean {
    return this.waiting.empty && this.transmit(src, dst, data);
  }

  /** Puts one message into a buffer of the host; false when there is none or no host. */
  transmit(src: number, dst: number, data: Uint8Array): boolean {
    var vq = this.tx;
    if (vq === undefined) return false;
    var last = vq.lastAvail;
    if (last === vq.availIdx && vq.pending() === 0) return false;
    var size = data.length;
    var mask = vq.mask;
    var id = vq.avail[2 + (last & mask)];
    var desc = vq.desc;
    if (id >= vq.num || desc[id << 2] !== vq.addr[id] || desc[(id << 2) + 2] !== vq.len[id]) {
      vq.map(id);
      this.txRoom[id] = vq.bytes[id].subarray(HDR);
    }
    if (size > vq.len[id] - HDR) {
      throw new RangeError('message of ' + size + ' bytes; the host takes at most ' + (vq.len[id] - HDR));
    }
    var words = vq.words[id];
    words[0] = src;
    words[1] = dst;
    words[2] = 0;
    words[3] = size;
    if (size !== 0) this.txRoom[id].set(data);
    var usedIdx = vq.usedIdx;
    var slot = (usedIdx & mask) << 1;
    vq.usedRing[slot] = id;
    vq.usedRing[slot + 1] = HDR + size;
    vq.usedIdx = (usedIdx + 1) & 0xffff;
    vq.lastAvail = (last + 1) & 0xffff;
    if (!this.draining) {
      this.counters.sent++;
      vq.publish();
    }
    return true;
  }

  /** Drains vring 1, gives the buffers back, and sends what waited for a free buffer. */
  poll(): void {
    var rx = this.rx;
    var tx = this.tx;
    if (rx === undefined || tx === undefined) return;
    var txBefore = tx.usedIdx;
    this.draining = true;
    if (rx.lastAvail !== rx.avail[1]) this.receive(rx);
    if (!this.waiting.empty) this.waiting.pump();
    this.draining = false;
    this.counters.sent += (tx.usedIdx - txBefore) & 0xffff;
    tx.publish();
    rx.publish();
  }

  private receive(rx: Virtqueue): void {
    var avail = rx.avail;
    var desc = rx.desc;
    var addr = rx.addr;
    var lens = rx.len;
    var allWords = rx.words;
    var usedRing = rx.usedRing;
    var mask = rx.mask;
    var num = rx.num;
    var views = this.rxView;
    var viewLens = this.rxViewLen;
    var dynamic = this.dynamic;
    var last = rx.lastAvail;
    var usedIdx = rx.usedIdx;
    var count = rx.pending();
    var received = 0;
    while (count !== 0) {
      while (count !== 0) {
        var id = avail[2 + (last & mask)];
        if (id >= num || desc[id << 2] !== addr[id] || desc[(id << 2) + 2] !== lens[id]) {
          rx.map(id);
          viewLens[id] = -1;
        }
        var words = allWords[id];
        var size = words[3] & 0xffff;
        if (size > lens[id] - HDR) {
          this.counters.malformed++;
        } else {
          var dst = words[1];
          var endpoint = dst >= 1024 ? dynamic[dst - 1024] : this.fixed[dst];
          if (endpoint === undefined) endpoint = this.fixed[dst];
          if (endpoint === undefined) {
            this.counters.deadLetters++;
          } else {
            if (viewLens[id] !== size) {
              views[id] = rx.bytes[id].subarray(HDR, HDR + size);
              viewLens[id] = size;
            }
            var src = words[0];
            if (endpoint.dst === -1) endpoint.bind(src);
            endpoint.onMessage(views[id], src >>> 0, endpoint);
          }
        }
        var slot = (usedIdx & mask) << 1;
        usedRing[slot] = id;
        usedRing[slot + 1] = 0;
        usedIdx = (usedIdx + 1) & 0xffff;
        last = (last + 1) & 0xffff;
        count--;
        received++;
      }
      rx.lastAvail = last;
      rx.usedIdx = usedIdx;
      count = rx.pending();
    }
    this.counters.received += received;
  }

  private find(address: number): Endpoint | undefined {
    return this.dynamic[address - RPMSG_RESERVED_ADDRESSES] || this.fixed[address];
  }

  private freeAddress(): number {
    let slot = 0;
    while (this.find((slot + RPMSG_RESERVED_ADDRESSES) | 0)) slot++;
    return slot + RPMSG_RESERVED_ADDRESSES;
  }

  /** Addresses next to the dense range go into the table, far ones beside it, so the table stays small. */
  private add(endpoint: Endpoint): void {
    const slot = endpoint.src - RPMSG_RESERVED_ADDRESSES;
    if (slot >= 0 && slot <= this.dynamic.length) this.dynamic[slot] = endpoint;
    else this.fixed[endpoint.src | 0] = endpoint;
  }
}

/** What a send that found a free buffer returns: no promise is allocated per message. */
const SENT: Promise<void> = Promise.resolve();

/** A host that takes no message for 15 s is told nothing; the endpoint's own sends report it. */
function ignore(): void {}
