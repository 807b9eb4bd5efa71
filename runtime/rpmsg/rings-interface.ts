/** What the rings of a live rpmsg device take and give; rings.ts makes them. */
import type { Endpoint } from './endpoint.js';

/** Endpoints by address: the dense range from 0x400 on, and all others by their signed address. */
export interface EndpointTable {
  readonly dynamic: (Endpoint | undefined)[];
  readonly fixed: { [address: number]: Endpoint | undefined };
}

/** What happened on a device. */
export interface RpmsgCounters {
  /** Messages from the host, whoever they were for. */
  readonly received: number;
  /** Messages to the host. */
  readonly sent: number;
  /** Messages for an address that nobody has here. */
  readonly deadLetters: number;
  /** Messages whose header claims more than the buffer holds. */
  readonly malformed: number;
  /** Interrupts that the host was given. */
  readonly kicks: number;
  /** Received buffers that the firmware holds. */
  readonly held: number;
  /** Buffers of the host that the firmware has claimed and neither sent nor released. */
  readonly claimed: number;
}

export interface Rings {
  /** Puts one message into a buffer of the host; false when none is free. Throws RangeError beyond the MTU. */
  send(src: number, dst: number, data: Uint8Array | string): boolean;
  /** Delivers what the host sent, gives the buffers back, and sends what waited for a free one. */
  poll(): void;
  /** While `on`, the host kicks for free buffers, and `poll` calls `pump` before it publishes. */
  setWaiting(on: boolean): void;
  /** The host has zeroed the rings for its next driver, so fast that its status byte never showed it. */
  zeroed(): boolean;
  /** Payload bytes that the next free buffer holds, or the last one did. */
  mtu(): number;
  /** True when a buffer is free. */
  hasRoom(): boolean;
  /** Takes a free buffer out of the ring; -1 when there is none. */
  claim(): number;
  /** The payload bytes of a claimed buffer. */
  room(id: number): Uint8Array;
  /** Sends a claimed buffer whose payload is filled; throws RangeError beyond its room and leaves it claimed. */
  commit(id: number, src: number, dst: number, size: number): void;
  /** Gives a claimed buffer to the next message. */
  unclaim(id: number): void;
  /** Keeps the buffer of the message that is being delivered; -1 when none is. Its payload stays in `held(id)`. */
  hold(): number;
  held(id: number): Uint8Array;
  /** Who sent it. */
  sender(id: number): number;
  /** Gives a held buffer back to the host. */
  giveBack(id: number): void;
  /** Since this bring-up. */
  counters(): RpmsgCounters;
}
