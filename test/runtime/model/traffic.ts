/** The messages of a run, both ways: what was sent, in which order it must arrive, and what became of it. */
import { CLAIM_PEER, LOCAL, type Orders, PEER } from './firmware.js';
import { Broken, check } from './side.js';
import type { World } from './world.js';

/** An address that nobody has, or a header that claims more than there is: messages to be dropped. */
export type Kind = 'plain' | 'dead' | 'malformed';

export interface Incoming {
  readonly seq: number;
  readonly size: number;
  readonly kind: Kind;
  readonly orders: Orders;
  delivered: boolean;
  held: boolean;
}

export interface Outgoing {
  readonly seq: number;
  readonly size: number;
}

/** Says which message it is: no two of a run look alike from 2 bytes on. */
export function payload(seq: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = i < 2 ? seq >> (8 * i) : seq * 31 + i * 7;
  return bytes;
}

/** An rpmsg header by its offsets: src 0, dst 4, reserved 8, len 12, flags 14. */
export function header(src: number, dst: number, len: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, src, true);
  view.setUint32(4, dst, true);
  view.setUint16(12, len, true);
  return bytes;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

export class Traffic {
  /** Messages from the host that it has not got back, by descriptor; and those to come, in order. */
  readonly incoming: (Incoming | undefined)[] = [];
  private expected: Incoming[] = [];
  /** Messages that the firmware sent and the host has not seen, by way: in order, and out of claimed buffers. */
  accepted: Outgoing[] = [];
  readonly committed: Outgoing[] = [];
  /** What a core must have counted since it started. */
  dropped = { deadLetters: 0, malformed: 0 };
  delivered = 0;
  private nextIn = 1;
  private nextOut = 1;

  constructor(
    private readonly world: World,
    private readonly mtu: number,
  ) {}

  /** Writes a message of the host into the buffer at `at`; it is expected once it is `offered`. */
  compose(at: number, wanted: number, kind: Kind, orders: Orders): Incoming {
    const size = Math.min(wanted, this.mtu);
    const seq = this.nextIn++;
    const claimed = kind === 'malformed' ? size + 1 + (seq % 99) : size;
    this.world.poke(at, header(PEER, kind === 'dead' ? 77 : LOCAL, claimed));
    this.world.poke(at + 16, payload(seq, size));
    return { seq, size, kind, orders, delivered: false, held: false };
  }

  offered(id: number, message: Incoming): void {
    this.incoming[id] = message;
    this.expected.push(message);
  }

  /** The message that the firmware's handler must get now, if it is the one it got. */
  next(data: Uint8Array, src: number): Incoming {
    const message = this.expected.find(({ kind }) => kind === 'plain');
    if (!message || src !== PEER || !sameBytes(data, payload(message.seq, message.size))) {
      const wanted = message ? `message ${message.seq} of ${message.size} bytes` : 'nothing';
      throw new Broken(`delivered ${data.length} bytes from ${src}; ${wanted} was next`);
    }
    // Messages that nobody gets stay expected until their buffers are back.
    this.expected = this.expected.filter((other) => other !== message);
    message.delivered = true;
    this.delivered++;
    return message;
  }

  /** A core that starts finds these messages in the ring again, in this order. */
  redeliver(ids: readonly number[]): void {
    this.expected = [];
    for (const id of ids) {
      const message = this.incoming[id];
      if (!message) throw new Error(`model: no message in descriptor ${id}`);
      message.delivered = false;
      message.held = false;
      this.expected.push(message);
    }
  }

  /** The rings are gone, and with them what the host had sent. */
  forgetIncoming(): void {
    this.expected = [];
    this.incoming.length = 0;
  }

  /** The host may take the buffer of message `seq` back. */
  letGo(seq: number): void {
    const message = this.incoming.find((candidate) => candidate?.seq === seq);
    if (message) message.held = false;
  }

  /** The device used a buffer of vring 0: it must hold the next message of its way, and nothing else. */
  checkSent(id: number, len: number, buffer: number): void {
    const { world } = this;
    check(len >= 16 && len - 16 <= this.mtu, () => `vring 0: id ${id} was used with ${len} bytes`);
    const dst = world.u32(buffer + 4);
    const next = (dst === PEER ? this.accepted : this.committed).shift();
    if (next === undefined) throw new Broken(`vring 0: a message to ${dst} that nobody sent`);
    const found = world.bytes.subarray(buffer, buffer + len);
    const head = header(LOCAL, dst === PEER ? PEER : CLAIM_PEER, next.size);
    const wanted = Buffer.concat([head, payload(next.seq, next.size)]);
    check(
      sameBytes(found, wanted),
      () => `vring 0: message ${next.seq} arrived as ${Buffer.from(found).toString('hex')}`,
    );
    world.accept(buffer, this.mtu + 16);
  }

  /** The device gave a buffer of vring 1 back: its message was delivered, or is one to be dropped. */
  checkReturned(id: number): void {
    const message = this.incoming[id];
    if (!message) throw new Broken(`vring 1: id ${id} was never sent`);
    if (message.kind !== 'plain') {
      this.expected = this.expected.filter((other) => other !== message);
      this.dropped[message.kind === 'dead' ? 'deadLetters' : 'malformed']++;
    } else {
      check(message.delivered, () => `vring 1: message ${message.seq} went back undelivered`);
      check(!message.held, () => `vring 1: message ${message.seq} went back while it was held`);
    }
  }

  /** Lets `send` send; what it takes must come out of `way` in this order, even while `send` is still at it. */
  sending(way: Outgoing[], wanted: number, send: (data: Uint8Array) => boolean): boolean {
    const size = Math.min(wanted, this.mtu);
    const message = { seq: this.nextOut++, size };
    way.push(message);
    const sent = send(payload(message.seq, size));
    const at = way.indexOf(message);
    check(sent || at >= 0, () => `message ${message.seq} was sent though refused`);
    if (!sent) way.splice(at, 1);
    return sent;
  }

  checkCounters({ deadLetters, malformed }: { deadLetters: number; malformed: number }): void {
    const { dropped } = this;
    check(
      deadLetters === dropped.deadLetters,
      () => `dead letters: ${deadLetters} counted, ${dropped.deadLetters} sent`,
    );
    check(
      malformed === dropped.malformed,
      () => `malformed: ${malformed} counted, ${dropped.malformed} sent`,
    );
  }
}
