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
import { VRING_AVAIL_F_NO_INTERRUPT, VRING_USED_F_NO_NOTIFY } from '../abi/vring.js';
import type { Hal } from '../hal/hal.js';
import { HOST_RESTARTED, type Virtqueue } from '../virtio/virtqueue.js';
import type { EndpointTable, Rings, RpmsgCounters } from './rings-interface.js';

const HDR = RpmsgHdr.size;

export function makeRings(
  hal: Hal,
  tx: Virtqueue,
  rx: Virtqueue,
  table: EndpointTable,
  pump: () => void,
  /** What went through the rings before these. */
  past: RpmsgCounters,
): Rings {
  // One store, no barriers, flags: what QuickJS has on every core it runs on in one memory with the host.
  var plain = !hal.store16 && !hal.barrier && !rx.events;
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
  /** Buffers that were claimed and not sent: the host has nothing to do with them. */
  var spare: number[] = [];
  var txFirst = tx.lastAvail;
  var txLast = txFirst;
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

  // Counted here and not in an object: a property costs three times as much.
  // These two are what came before an index last wrapped around; the index itself is the rest.
  var sent = past.sent - txUsed;
  var received = past.received - rxUsed;
  var deadLetters = past.deadLetters;
  var malformed = past.malformed;
  var kicks = past.kicks;
  var heldCount = 0;
  var claimedCount = 0;

  /** While draining, what is put is published at the end of the batch only. */
  var draining = false;
  var waiting = false;
  /** The buffer being delivered while `draining`, and whether its receiver keeps it. */
  var current = -1;
  var kept = false;
  /** The payload being delivered: sending it on is so common that its length is not asked for again. */
  var view: Uint8Array | undefined;
  var viewSize = 0;

  function emit(src: number, dst: number, data: Uint8Array | string): boolean {
    if (txLast === txEnd && !hasBuffer()) return sendSpare(src, dst, data);
    var id = txAvail[2 + (txLast & txMask)];
    if (id >= txNum || txDesc[id << 2] !== txAddr[id] || txDesc[(id << 2) + 2] !== txLen[id]) mapTx(id);
    // A reply is the message itself often enough to be asked for first: each of the other questions costs more.
    if (data === view) var size = viewSize;
    else {
      if (typeof data === 'string') data = utf8Encode(data);
      size = data.length;
    }
    if (size > txMtu[id]) tooLarge(size, id);
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

  /** Sends in a buffer that was claimed before and not used. */
  function sendSpare(src: number, dst: number, data: Uint8Array | string): boolean {
    const id = spare.pop();
    if (id === undefined) return false;
    const bytes = typeof data === 'string' ? utf8Encode(data) : data;
    const size = bytes.length;
    if (size > txMtu[id]) {
      spare.push(id);
      tooLarge(size, id);
    }
    txRoom[id].set(bytes);
    put(id, src, dst, size);
    return true;
  }

  function tooLarge(size: number, id: number): never {
    throw new RangeError('message of ' + size + ' bytes; the host takes at most ' + txMtu[id]);
  }

  function mapTx(id: number): void {
    tx.map(id);
    txRoom[id] = tx.bytes[id].subarray(HDR);
    txMtu[id] = txLen[id] - HDR;
  }

  function claim(): number {
    if (txLast === txEnd && !hasBuffer()) {
      const again = spare.pop();
      if (again === undefined) return -1;
      claimedCount++;
      return again;
    }
    const id = txAvail[2 + (txLast & txMask)];
    if (id >= txNum || txDesc[id << 2] !== txAddr[id] || txDesc[(id << 2) + 2] !== txLen[id]) mapTx(id);
    txLast = (txLast + 1) & 0xffff;
    claimedCount++;
    return id;
  }

  function commit(id: number, src: number, dst: number, size: number): void {
    put(id, src, dst, size);
    claimedCount--;
  }

  /** Fills in the header of a buffer that is out of the ring, and sends it. */
  function put(id: number, src: number, dst: number, size: number): void {
    if (!(size >= 0 && size <= txMtu[id])) tooLarge(size, id);
    const words = txWords[id];
    words[0] = src;
    words[1] = dst;
    words[2] = 0;
    words[3] = size;
    const slot = (txUsed & txMask) << 1;
    txUsedRing[slot] = id;
    txUsedRing[slot + 1] = HDR + size;
    txUsed = (txUsed + 1) & 0xffff;
    if (!draining) publish();
  }

  function unclaim(id: number): void {
    claimedCount--;
    spare.push(id);
  }

  function poll(): void {
    var last = rxLast;
    var end = rxAvail[1];
    // Where one index was not 0 it tells of both.
    if (rxUsedHead[1] !== rxPublished || (!rxPublished && txUsedHead[1] !== txPublished))
      throw HOST_RESTARTED;
    draining = true;
    if (last !== end) {
      do {
        var count = (end - last) & 0xffff;
        // While we look anyway, the host need not kick. For a single message saying so costs more than it saves.
        var quiet = count !== 1;
        if (quiet) {
          if (!plain) {
            // What was read may be half of one index and half of the next; one more than the last is none of these.
            end = rx.availAt(1);
            if (last === end) break;
            count = (end - last) & 0xffff;
          }
          if (count > rxNum) rx.refuseJump(end, last);
          if (plain) rxUsedHead[0] = VRING_USED_F_NO_NOTIFY;
          else rx.wantKicks(false, last);
        }
        if (!plain) {
          quiet = true;
          fence();
        }
        // Most kicks are for one message: conditions stand where one message passes the fewest of them.
        do {
          var id = rxAvail[2 + (last & rxMask)];
          last = (last + 1) & 0xffff;
          if (id >= rxNum || rxDesc[id << 2] !== rxAddr[id] || rxDesc[(id << 2) + 2] !== rxLen[id]) {
            rx.map(id);
            rxViewLen[id] = -1;
          }
          var words = rxWords[id];
          var src = words[0];
          var size = words[3] & 0xffff;
          // Nobody can answer "any address", and -1 is cheaper than a name for it.
          if (src === -1 || (size !== rxViewLen[id] && !newView(id, size))) {
            malformed++;
          } else {
            var dst = words[1];
            var endpoint = dynamic[dst - 1024] || fixed[dst];
            if (endpoint === undefined) {
              deadLetters++;
            } else {
              view = rxView[id];
              viewSize = size;
              current = id;
              endpoint.deliver(view, src >>> 0, endpoint);
              if (kept) {
                kept = false;
                continue;
              }
            }
          }
          var slot = (rxUsed & rxMask) << 1;
          rxUsedRing[slot] = id;
          rxUsedRing[slot + 1] = 0;
          rxUsed = (rxUsed + 1) & 0xffff;
        } while (last !== end);
        rxLast = last;
        if (quiet) {
          if (plain) rxUsedHead[0] = 0;
          else rx.wantKicks(true, last);
        }
        // What came before the host saw that we want kicks again has had none.
        end = rxAvail[1];
      } while (last !== end);
    }
    if (waiting) pump();
    draining = false;
    if (plain) {
      // What `publish` does, without the call.
      if (txUsed !== txPublished) {
        if (txUsed < txPublished) sent += 0x10000;
        txUsedHead[1] = txPublished = txUsed;
        if ((txAvail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0) {
          kicks++;
          kick(txNotifyid);
        }
      }
      if (rxUsed !== rxPublished) {
        if (rxUsed < rxPublished) received += 0x10000;
        rxUsedHead[1] = rxPublished = rxUsed;
        if ((rxAvail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0) {
          kicks++;
          kick(rxNotifyid);
        }
      }
    } else publish();
  }

  function hold(): number {
    if (!draining) return -1;
    if (!kept) {
      kept = true;
      heldCount++;
      // The next message in this buffer gets a view of its own: the held one stays what it is.
      rxViewLen[current] = -1;
    }
    return current;
  }

  function giveBack(id: number): void {
    heldCount--;
    if (kept && id === current) {
      // Released where it was held: it goes back with the others of its batch.
      kept = false;
      return;
    }
    const slot = (rxUsed & rxMask) << 1;
    rxUsedRing[slot] = id;
    rxUsedRing[slot + 1] = 0;
    rxUsed = (rxUsed + 1) & 0xffff;
    if (!draining) publish();
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
      var before = txPublished;
      if (txUsed < before) sent += 0x10000;
      txPublished = txUsed;
      if (tellTx(before)) {
        kicks++;
        kick(txNotifyid);
      }
    }
    if (rxUsed !== rxPublished) {
      var rxBefore = rxPublished;
      if (rxUsed < rxBefore) received += 0x10000;
      rxPublished = rxUsed;
      if (rx.store(rxUsed, rxBefore)) {
        kicks++;
        kick(rxNotifyid);
      }
    }
  }

  /** Stores used.idx of vring 0; true when the host wants to be interrupted. A send outside of `poll` comes here. */
  function tellTx(before: number): boolean {
    if (!plain) return tx.store(txUsed, before);
    txUsedHead[1] = txUsed;
    return (txAvail[0] & VRING_AVAIL_F_NO_INTERRUPT) === 0;
  }

  /** avail.idx must have been read before what it tells of. */
  function fence(): void {
    if (hal.barrier) hal.barrier();
  }

  /** Does the ring hold a buffer that was not taken yet? */
  function hasBuffer(): boolean {
    if (plain) txEnd = txAvail[1];
    else {
      txEnd = tx.availAt(1);
      fence();
    }
    if (((txEnd - txLast) & 0xffff) > txNum) tx.refuseJump(txEnd, txLast);
    return txEnd !== txLast;
  }

  function hasRoom(): boolean {
    return hasBuffer() || spare.length > 0;
  }

  function setWaiting(on: boolean): void {
    waiting = on;
    tx.wantKicks(on, txLast);
  }

  function mtu(): number {
    // Before the host has posted its first buffer nothing tells its size.
    if (!hasBuffer() && txLast === txFirst) return 0;
    const next = txEnd !== txLast ? txLast : txLast - 1;
    return txDesc[4 * txAvail[2 + (next & txMask)] + 2] - HDR;
  }

  return {
    emit,
    poll,
    setWaiting,
    mtu,
    hasRoom,
    claim,
    room: (id) => txRoom[id],
    commit,
    unclaim,
    hold,
    heldBytes: (id) => rxView[id],
    sender: (id) => rxWords[id][0] >>> 0,
    giveBack,
    count: () => ({
      received: received + rxPublished,
      sent: sent + txPublished,
      deadLetters,
      malformed,
      kicks,
      held: heldCount,
      claimed: claimedCount,
    }),
  };
}
