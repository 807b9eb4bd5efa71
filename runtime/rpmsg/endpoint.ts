/** A local rpmsg address with a callback; what OpenAMP calls `struct rpmsg_endpoint`. */
import type { ServiceName } from '../abi/services.js';
import { utf8Encode } from '../abi/utf8.js';
import type { HeldMessage, TxBuffer } from './buffers.js';
import type { CancelSignal } from './canceller.js';

/**
 * Called for each message. `data` is a view of shared memory, valid until the callback returns: copy what must
 * live longer. `src` is the sender's address.
 */
export type MessageHandler = (data: Uint8Array, src: number, endpoint: Endpoint) => void;

/** Name and addresses of a new endpoint; everything has a default. */
export interface EndpointOptions {
  /**
   * Service name, at most 31 bytes; announced to the host when given and the host has the name service. An editor offers
   * the names that drivers of stock kernels bind to.
   */
  readonly name?: ServiceName | (string & Record<never, never>);
  /** Local address; the lowest free one from 0x400 on when left out. */
  readonly src?: number;
  /** The host's address; learnt from its first message or announcement when left out. */
  readonly dst?: number;
  /** `false` keeps a named endpoint from being announced. */
  readonly announce?: boolean;
}

/** Puts one message into a free buffer; false when there is none. */
export type SendNow = (src: number, dst: number, data: Uint8Array | string) => boolean;

/** What an endpoint needs of its device. Addresses are signed 32-bit words, as the rings hold them. */
export interface EndpointTransport {
  mtu(): number;
  send(
    endpoint: Endpoint,
    src: number,
    dst: number,
    data: Uint8Array,
    signal: CancelSignal | undefined,
  ): Promise<void>;
  readonly sendNow: SendNow;
  claim(endpoint: Endpoint): TxBuffer | undefined;
  hold(): HeldMessage;
  destroyEndpoint(endpoint: Endpoint): void;
  /** Messages may wait for the peer that an endpoint has now. */
  peerKnown(): void;
}

/** A local address that receives messages and sends them to its peer. Made by `createEndpoint`. */
export class Endpoint {
  /** Fulfilled when the host's address is known; a new promise after each `unbound`. */
  bound: Promise<void>;
  /** Called when the host went away or closed the service. */
  onUnbound: (() => void) | undefined;
  /** Current peer address; RPMSG_ADDR_ANY while unknown. Signed like the ring words. */
  dst: number;
  /** What the rings call: the author's handler once the peer is known, so that they need not ask for each message. */
  deliver: MessageHandler;
  private resolveBound!: () => void;

  constructor(
    private device: EndpointTransport,
    readonly name: string,
    readonly src: number,
    private readonly declaredDst: number,
    readonly announce: boolean,
    private handler: MessageHandler,
  ) {
    this.dst = declaredDst | 0;
    this.deliver = this.dst === ANY ? bindFirst : handler;
    this.bound = this.newBound();
  }

  /** Who gets the messages. */
  get onMessage(): MessageHandler {
    return this.handler;
  }

  /** Another handler takes over at any time. */
  set onMessage(handler: MessageHandler) {
    this.handler = handler;
    if (this.deliver !== bindFirst) this.deliver = handler;
  }

  /** Largest payload in bytes that fits a buffer of the host; 0 until the host is up. */
  get mtu(): number {
    return this.device.mtu();
  }

  /**
   * Sends to the peer. Fulfilled when the message is in a buffer; waits for the peer and for a free buffer,
   * in all at most 15 s as in Linux, then rejects; `signal` may end the wait before. `data` is copied at once or when it
   * must wait.
   */
  send(data: Uint8Array | string, signal?: CancelSignal): Promise<void> {
    return this.device.send(this, this.src, ANY, toBytes(data), signal);
  }

  /** As `send`, to the host address `dst`. */
  sendTo(dst: number, data: Uint8Array | string, signal?: CancelSignal): Promise<void> {
    if ((dst | 0) === ANY) return Promise.reject(new RangeError(NOT_AN_ADDRESS));
    return this.device.send(this, this.src, dst | 0, toBytes(data), signal);
  }

  /** As `sendTo`, in the name of the address `src` instead of the endpoint's own. */
  sendOffChannel(src: number, dst: number, data: Uint8Array | string, signal?: CancelSignal): Promise<void> {
    if ((dst | 0) === ANY || (src | 0) === ANY) return Promise.reject(new RangeError(NOT_AN_ADDRESS));
    return this.device.send(this, src, dst | 0, toBytes(data), signal);
  }

  /** Sends now or not at all: false when the peer is unknown or no buffer is free. */
  trySend(data: Uint8Array | string): boolean {
    return this.dst !== ANY && this.device.sendNow(this.src, this.dst, data);
  }

  /** As `trySend`, to the host address `dst`. */
  trySendTo(dst: number, data: Uint8Array | string): boolean {
    // -1 and not ANY: a name that is looked up costs more than a number.
    if ((dst | 0) === -1) throw new RangeError(NOT_AN_ADDRESS);
    return this.device.sendNow(this.src, dst, data);
  }

  /** As `trySendTo`, in the name of the address `src`. */
  trySendOffChannel(src: number, dst: number, data: Uint8Array | string): boolean {
    if ((dst | 0) === ANY || (src | 0) === ANY) throw new RangeError(NOT_AN_ADDRESS);
    return this.device.sendNow(src, dst, data);
  }

  /**
   * A free buffer of the host to write a message into: no copy is made. Undefined when none is free, while other messages
   * wait, and while there is no host. Several may be claimed at a time; each one ends with `commit` or `release`.
   */
  claim(): TxBuffer | undefined {
    return this.device.claim(this);
  }

  /**
   * Claims a buffer for the time of `fill`, which writes the payload and returns its size: sent to the peer. Released
   * when `fill` throws or returns less than 0. False when nothing was sent.
   */
  compose(fill: (room: Uint8Array) => number): boolean {
    if (this.dst === ANY) return false;
    const buffer = this.claim();
    if (!buffer) return false;
    try {
      const size = fill(buffer.bytes);
      return size >= 0 && buffer.commit(size);
    } finally {
      buffer.release();
    }
  }

  /** Inside of `onMessage`: keeps the message's buffer after the callback. Throws Error elsewhere. */
  hold(): HeldMessage {
    return this.device.hold();
  }

  /**
   * Withdraws the announcement and frees the address. Sends that wait reject, as all do that come later; the try forms are
   * false from then on and `claim` gives nothing.
   */
  destroy(): void {
    const { device } = this;
    device.destroyEndpoint(this);
    this.device = closed(device);
  }

  /** The device tells that the peer's address is known. */
  bind(dst: number): void {
    this.dst = dst | 0;
    this.deliver = this.handler;
    this.resolveBound();
    this.device.peerKnown();
  }

  /** The device tells that the peer is gone. */
  unbind(): void {
    if (this.dst === ANY) return;
    this.dst = this.declaredDst | 0;
    this.deliver = this.dst === ANY ? bindFirst : this.handler;
    this.bound = this.newBound();
    if (this.onUnbound) this.onUnbound();
  }

  private newBound(): Promise<void> {
    return new Promise((resolve) => {
      this.resolveBound = resolve;
    });
  }
}

/** RPMSG_ADDR_ANY as the rings hold it. */
export const ANY = -1;
/** Linux refuses such a message too, with -EINVAL. */
const NOT_AN_ADDRESS = '0xffffffff means any address; a message needs one';

/** What is left of a device for an endpoint that is destroyed, perhaps in its own callback. */
function closed(device: EndpointTransport): EndpointTransport {
  return {
    mtu: () => device.mtu(),
    send: (endpoint) => Promise.reject(endpointError(endpoint, WAS_DESTROYED)),
    sendNow: () => false,
    claim: () => undefined,
    hold: () => device.hold(),
    destroyEndpoint: () => {},
    peerKnown: () => {},
  };
}

/** An Error about this endpoint. */
export function endpointError(endpoint: Endpoint, why: string): Error {
  return new Error('endpoint "' + endpoint.name + '"' + why);
}

export const WAS_DESTROYED = ' was destroyed';

/** The first message tells who the peer is. */
function bindFirst(data: Uint8Array, src: number, endpoint: Endpoint): void {
  endpoint.bind(src);
  endpoint.onMessage(data, src, endpoint);
}

function toBytes(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? utf8Encode(data) : data;
}
