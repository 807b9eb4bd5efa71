/**
 * The doorbell of QEMU boards: a second UART on a socket. A byte is a kick for the vring with that notifyid, or one of the
 * words of registers/doorbell-words.ts.
 */
import { HostRequest } from '../../runtime/abi/host-request.js';
import type { Mailbox, MailboxEvents } from '../../runtime/hal/mailbox.js';
import type { ByteUart } from './byte-uart.js';
import { Outbox } from './outbox.js';
import { DOORBELL_NOTIFYIDS, DoorbellWord } from './registers/doorbell-words.js';

export function uartDoorbell({ open, close, take, put, awaitRoom }: ByteUart): Mailbox {
  const outbox = new Outbox();
  let events: MailboxEvents | undefined;
  /** The outbox is not empty. */
  let waiting = false;

  /** Behind what waits: the order of bytes is kept. True when all of it could be sent after all. */
  function keep(byte: number): boolean {
    outbox.add(byte);
    waiting = true;
    sendWaiting();
    return !waiting;
  }

  /** Asks for the interrupt before it tries: room that comes behind the last try is told. */
  function sendWaiting(): void {
    awaitRoom(true);
    if (!outbox.drain(put)) return;
    waiting = false;
    awaitRoom(false);
  }

  function post(byte: number): boolean {
    return (!waiting && put(byte)) || keep(byte);
  }

  function ask(to: MailboxEvents, word: number): void {
    if (word === DoorbellWord.shutdown) to.requested(HostRequest.shutdown);
    else if (word === DoorbellWord.detach) to.requested(HostRequest.detach);
    else if (word === DoorbellWord.echo) to.requested(HostRequest.echo);
    else if (word === DoorbellWord.abort) to.requested(HostRequest.abort);
  }

  return {
    enable(to) {
      events = to;
      open();
      // The host writes nothing before it hears of us: what is here already is of an earlier life, but may be a kick.
      const byte = take();
      if (byte >= 0 && byte < DOORBELL_NOTIFYIDS) to.kicked(byte);
      post(DoorbellWord.listening);
    },
    disable() {
      events = undefined;
      outbox.clear();
      waiting = false;
      close();
    },
    ring(notifyid) {
      if (!(notifyid >= 0 && notifyid < DOORBELL_NOTIFYIDS)) {
        throw new RangeError('notifyid ' + notifyid + ' is none that a byte of the doorbell can carry');
      }
      return (!waiting && put(notifyid)) || keep(notifyid);
    },
    /** One byte each time: the next one interrupts again, and looking for it costs more than that mostly saves. */
    interrupt() {
      if (events) {
        const byte = take();
        if (byte >= DOORBELL_NOTIFYIDS) ask(events, byte);
        else if (byte >= 0) events.kicked(byte);
      }
      if (waiting) sendWaiting();
    },
    busy: () => waiting,
    answer: (_request, granted) => post(granted ? DoorbellWord.granted : DoorbellWord.refused),
    crashed() {
      put(DoorbellWord.crashed);
    },
  };
}
