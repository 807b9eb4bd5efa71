/**
 * The hot path: both rings of a live rpmsg device as a few closures. Written for an interpreter, where each
 * property access, call and temporal check costs as much as a ring access: state in closure variables, `var`
 * (no checks for use before declaration), no helper call and no allocation per message, indices published once
 * per batch.
 *
 * vring 0 carries messages to the host: its buffers are free ones for us to fill. vring 1 carries messages from
 * the host.
 */
import { RpmsgHdr } from '../abi/rpmsg.js';
import { utf8Encode } from '../abi/utf8.js';
import { VRING_AVAIL_F_NO_INTERRUPT } from '../abi/vring.js';
import type { Hal } from '../hal/hal.js';
import type { Virtqueue } from '../virtio/virtqueue.js';
import type { Endpoint } from './endpoint.js';

/** Endpoints by address: the dense range from 0x400 on, and all others by their signed address. */
export interface EndpointTable {
  readonly dynamic: (Endpoint | undefined)[];
  readonly fixed: { [address: number]: Endpoint | undefined };
}

/** What happened on this device since the core started. */
export interface RpmsgCounters {
  readonly received: number;
  readonly sent: number;
  /** Messages for an address that nobody has here. */
  deadLetters: number;
  /** Messages whose header claims more than the buffer holds. */
  malformed: number;
}

export interface Rings {
  /** Puts one message into a buffer of the host; false when none is free. Throws RangeError beyond the MTU. */
  send(src: number, dst: number, data: Uint8Array | string): boolean;
  /** Delivers what the host sent, gives the buffers back, and sends what waited for a free one. */
  poll(): void;
  /** While `on`, `poll` calls `pump` before it publishes. */
  setWaiting(on: boolean): void;
  /** Payload bytes that the next free buffer holds, or the last one did. */
  mtu(): number;
  /** True when a buffer is free. */
  hasRoom(): boolean;
  /** Messages made visible to the host since these rings are live. */
  sent(): number;
  /** Buffers given back to the host since these rings are live. */
  received(): number;
}

const HDR = RpmsgHdr.size;

export function makeRings(
  hal: Hal,
  tx: Virtqueue,
  rx: Virtqueue,
  table: EndpointTable,
  counters: RpmsgCounters,
  pump: () => void,
): Rings {
  // One store and no barriers: what QuickJS has on every core it runs on in one memory with the host.
  var plain = !hal.store16 && !hal.barrier;
  var kick = hal.kick;
  var dynamic = table.dynamic;
  var fixed = table.fixed;

  var txNum = tx.num;
  var txMask = tx.mask;
  var txAvail = tx.avail;
  var txDesc = tx.desc;
  var txAddr = tx.addr;
  var txLen = tx.len;
  var txWords = tx.words;
  var txUsedRing = tx.usedRing;
  var txUsedHead = tx.used;
  var txNotifyid = tx.notifyid;
  var txRoom: Uint8Array[] = [];
  var txMtu = new Int32Array(txNum);
  var txLast = tx.lastAvail;
  var txEnd = txLast;
  var txUsed = tx.usedIdx;
  var txPublished = txUsed;

  var rxNum = rx.num;
  var rxMask = rx.mask;
  var rxAvail = rx.avail;
  var rxDesc = rx.desc;
  var rxAddr = rx.addr;
  var rxLen = rx.len;
  var rxWords = rx.words;
  var rxUsedRing = rx.usedRing;
  var rxUsedHead = rx.used;
  var rxNotifyid = rx.notifyid;
  var rxView: Uint8Array[] = [];
  var rxViewLen = new Int32Array(rxNum).fill(-1);
  var rxLast = rx.lastAvail;
  var rxUsed = rx.usedIdx;
  var rxPublished = rxUsed;

  /** Messages since these rings are live, less those since an index last wrapped around. */
  var sent = -txUsed;
  var received = -rxUsed;
  /** While draining, what is put is published at the end of the batch only. */
  var draining = false;
  var waiting = false;
  /** The payload being delivered: sending it on is so common that its length is not asked for again. */
  var view: Uint8Array | undefined;
  var viewSize = 0;

  function send(src: number, dst: number, data: Uint8Array | string): boolean {
    if (txLast === txEnd && !hasRoom()) return false;
    var id = txAvail[2 + (txLast & txMask)];
    if (id >= txNum || txDesc[id << 2] !== txAddr[id] || txDesc[(id << 2) + 2] !== txLen[id]) {
      tx.map(id);
      txRoom[id] = tx.bytes[id].subarray(HDR);
      txMtu[id] = txLen[id] - HDR;
    }
    // A reply is the message itself often enough to be asked for first: each of the other questions costs more.
    if (data === view) var size = viewSize;
    else {
      if (typeof data === 'string') data = utf8Encode(data);
      size = data.length;
    }
    if (size > txMtu[id]) {
      throw new RangeError('message of ' + size + ' bytes; the host takes at most ' + txMtu[id]);
    }
    var words = txWords[id];
    words[0] = src;
    words[1] = dst;
    words[2] = 0;
    words[3] = size;
    txRoom[id].set(data as Uint8Array);
    var slot = (txUsed & txMask) << 1;
    txUsedRing[slot] = id;
    txUsedRing[slot + 1] = HDR + size;
    txUsed = (txUsed + 1) & 0xffff;
    txLast = (txLast + 1) & 0xffff;
    if (!draining) publish();
    return true;
  }

  function poll(): void {
    var last = rxLast;
    var end = rxAvail[1];
    draining = true;
    // Most kicks are for one message: conditions stand where one message passes the fewest of them.
    while (last !== end) {
      if (((end - last) & 0xffff) > rxNum) rx.refuseJump(end, last);
      if (!plain) fence();
      var used = rxUsed;
      do {
        var id = rxAvail[2 + (last & rxMask)];
        if (id >= rxNum || rxDesc[id << 2] !== rxAddr[id] || rxDesc[(id << 2) + 2] !== rxLen[id]) {
          rx.map(id);
          rxViewLen[id] = -1;
        }
        var words = rxWords[id];
        var size = words[3] & 0xffff;
        if (size !== rxViewLen[id] && !newView(id, size)) {
          counters.malformed++;
        } else {
          var dst = words[1];
          var endpoint = dynamic[dst - 1024] || fixed[dst];
          if (endpoint === undefined) {
            counters.deadLetters++;
          } else {
            var src = words[0];
            if (endpoint.dst === -1) endpoint.bind(src);
            view = rxView[id];
            viewSize = size;
            endpoint.onMessage(view, src >>> 0, endpoint);
          }
        }
        var slot = (used & rxMask) << 1;
        rxUsedRing[slot] = id;
        rxUsedRing[slot + 1] = 0;
        used = (used + 1) & 0xffff;
        last = (last + 1) & 0xffff;
      } while (last !== end);
      rxLast = last;
      rxUsed = used;
      end = rxAvail[1];
    }
    if (waiting) pump();
    draining = false;
    if (plain) {
      // What `publish` does, without the call.
      if (txUsed !== txPublished) {
        if (txUsed < txPublished) sent += 0x10000;
        txUsedHead[1] = txPublished = txUsed;
        if ((txAvail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0) kick(txNotifyid);
      }
      if (rxUsed !== rxPublished) {
        if (rxUsed < rxPublished) received += 0x10000;
        rxUsedHead[1] = rxPublished = rxUsed;
        if ((rxAvail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0) kick(rxNotifyid);
      }
    } else publish();
  }

  /** A view of `size` payload bytes of a receive buffer; false when they are more than it holds. */
  function newView(id: number, size: number): boolean {
    if (size > rxLen[id] - HDR) return false;
    rxView[id] = rx.bytes[id].subarray(HDR, HDR + size);
    rxViewLen[id] = size;
    return true;
  }

  /** Makes what was put visible to the host and interrupts it where it wants to be. */
  function publish(): void {
    if (txUsed !== txPublished) {
      if (txUsed < txPublished) sent += 0x10000;
      txPublished = txUsed;
      if (plain) {
        txUsedHead[1] = txUsed;
        if ((txAvail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0) kick(txNotifyid);
      } else if (tx.store(txUsed)) kick(txNotifyid);
    }
    if (rxUsed !== rxPublished) {
      if (rxUsed < rxPublished) received += 0x10000;
      rxPublished = rxUsed;
      if (plain) {
        rxUsedHead[1] = rxUsed;
        if ((rxAvail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0) kick(rxNotifyid);
      } else if (rx.store(rxUsed)) kick(rxNotifyid);
    }
  }

  /** avail.idx must have been read before what it tells of. */
  function fence(): void {
    if (hal.barrier) hal.barrier();
  }

  function hasRoom(): boolean {
    txEnd = txAvail[1];
    if (((txEnd - txLast) & 0xffff) > txNum) tx.refuseJump(txEnd, txLast);
    if (!plain) fence();
    return txEnd !== txLast;
  }

  function setWaiting(on: boolean): void {
    waiting = on;
  }

  function mtu(): number {
    // Before the host has posted its first buffer nothing tells its size.
    if (!hasRoom() && txLast === 0 && txUsed === 0) return 0;
    const next = txEnd !== txLast ? txLast : txLast - 1;
    return txDesc[4 * txAvail[2 + (next & txMask)] + 2] - HDR;
  }

  return {
    send,
    poll,
    setWaiting,
    mtu,
    hasRoom,
    sent: () => sent + txPublished,
    received: () => received + rxPublished,
  };
}
