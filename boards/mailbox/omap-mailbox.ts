/**
 * OMAP4-type mailbox (OMAP, DRA7, TI K3) from the remote's side: a FIFO of words each way. A word is a notifyid or one of
 * the RP_MBOX words. Linux's half is drivers/mailbox/omap-mailbox.c below ti_k3_*_remoteproc.c or omap_remoteproc.c.
 */
import type { Da } from '../../runtime/abi/address.js';
import { HostRequest } from '../../runtime/abi/host-request.js';
import type { Mailbox, MailboxEvents, Registers } from '../../runtime/hal/mailbox.js';
import { Outbox } from './outbox.js';
import {
  MAILBOX_FIFOSTATUS,
  MAILBOX_IRQ_NEWMSG,
  MAILBOX_IRQ_NOTFULL,
  MAILBOX_IRQENABLE,
  MAILBOX_IRQENABLE_CLR,
  MAILBOX_IRQSTATUS,
  MAILBOX_MESSAGE,
  MAILBOX_MSGSTATUS,
  MSGSTATUS_COUNT,
  RpMbox,
} from './registers/omap-mailbox.js';

export interface OmapMailboxConfig {
  /** First register of the cluster. */
  readonly base: Da;
  /** FIFO that this core reads: the host's transmit FIFO. */
  readonly rx: number;
  /** FIFO that this core writes: the host's receive FIFO. */
  readonly tx: number;
  /** Which user of the cluster this core is; decides the interrupt registers. */
  readonly user: number;
}

/** Core 0 of a K3 cluster, all but base and user: host rx FIFO 0, host tx FIFO 1 (device trees). */
export const k3MailboxCore0 = { rx: 1, tx: 0 } as const;

/** Words taken in one go. FIFOs are shorter; a cluster without power reads as full for ever. */
const BURST = 32;

export function omapMailbox(registers: Registers, config: OmapMailboxConfig): Mailbox {
  const { base, rx, tx, user } = config;
  const inbox = (base + MAILBOX_MESSAGE(rx)) as Da;
  const inboxCount = (base + MAILBOX_MSGSTATUS(rx)) as Da;
  const outgoing = (base + MAILBOX_MESSAGE(tx)) as Da;
  const outgoingFull = (base + MAILBOX_FIFOSTATUS(tx)) as Da;
  const status = (base + MAILBOX_IRQSTATUS(user)) as Da;
  const enableSet = (base + MAILBOX_IRQENABLE(user)) as Da;
  const enableClear = (base + MAILBOX_IRQENABLE_CLR(user)) as Da;
  const newMessage = MAILBOX_IRQ_NEWMSG(rx);
  const notFull = MAILBOX_IRQ_NOTFULL(tx);
  const outbox = new Outbox();
  let events: MailboxEvents | undefined;
  /** Words that are taken now have been waiting since before `enable`. */
  let stale = false;

  function send(word: number): boolean {
    if ((registers.read32(outgoingFull) & 1) !== 0) return false;
    registers.write32(outgoing, word);
    return true;
  }

  /** Now, or behind what waits: the order of words is kept. */
  function post(word: number): boolean {
    if (outbox.empty && send(word)) return true;
    outbox.add(word);
    registers.write32(enableSet, notFull);
    return false;
  }

  function acknowledge(event: number): void {
    registers.write32(status, event);
    // Flushes the posted write, as the Linux driver does, so that the interrupt is gone when the handler returns.
    registers.read32(status);
  }

  function ask(request: HostRequest): void {
    if (!stale && events) events.requested(request);
  }

  function handOn(to: MailboxEvents, word: number): void {
    if (word < RpMbox.READY) to.kicked(word);
    else if (word === RpMbox.PENDING_MSG) to.kicked('all');
    // Kernels before 7.2 ask this when they request the channel: it waits here until the core runs.
    else if (word === RpMbox.ECHO_REQUEST) to.requested(HostRequest.echo);
    else if (word === RpMbox.ABORT_REQUEST) ask(HostRequest.abort);
    else if (word === RpMbox.SHUTDOWN) ask(HostRequest.shutdown);
    else if (word === RpMbox.SUSPEND_AUTO) ask(HostRequest.suspendAuto);
    else if (word === RpMbox.SUSPEND_SYSTEM) ask(HostRequest.suspendSystem);
  }

  /** True when the FIFO is empty. */
  function drain(to: MailboxEvents): boolean {
    for (let taken = 0; taken < BURST; taken++) {
      if ((registers.read32(inboxCount) & MSGSTATUS_COUNT) === 0) return true;
      handOn(to, registers.read32(inbox) >>> 0);
    }
    return false;
  }

  /** A word that comes between the last look and the acknowledge has no interrupt of its own: hence the second look. */
  function receive(to: MailboxEvents): void {
    if (!drain(to)) return;
    acknowledge(newMessage);
    drain(to);
  }

  function wordFor(request: HostRequest, granted: boolean): number {
    if (request === HostRequest.echo) return RpMbox.ECHO_REPLY;
    if (request === HostRequest.shutdown) return granted ? RpMbox.SHUTDOWN_ACK : 0;
    if (request === HostRequest.suspendAuto || request === HostRequest.suspendSystem) {
      return granted ? RpMbox.SUSPEND_ACK : RpMbox.SUSPEND_CANCEL;
    }
    return 0;
  }

  return {
    enable(to) {
      events = to;
      stale = true;
      receive(to);
      stale = false;
      registers.write32(enableClear, notFull);
      registers.write32(enableSet, newMessage);
    },
    disable() {
      events = undefined;
      outbox.clear();
      registers.write32(enableClear, (newMessage | notFull) >>> 0);
    },
    ring(notifyid) {
      if (!(notifyid >= 0 && notifyid < RpMbox.READY)) {
        throw new RangeError('notifyid ' + notifyid + ' is a reserved mailbox word');
      }
      return post(notifyid);
    },
    interrupt() {
      if (events) receive(events);
      if (outbox.empty) return;
      if (outbox.drain(send)) registers.write32(enableClear, notFull);
      acknowledge(notFull);
    },
    busy: () => !outbox.empty,
    /** A shutdown is refused by silence; detach and abort have no answer. */
    answer(request, granted) {
      const word = wordFor(request, granted);
      return word === 0 || post(word);
    },
    crashed() {
      send(RpMbox.CRASH);
    },
  };
}
