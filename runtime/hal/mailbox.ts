/**
 * What a mailbox driver is: the doorbell between this core and Linux as one small interface. Boards provide drivers
 * (boards/mailbox/), mailbox-hal.ts makes the kicks of a hal out of one.
 */
import type { HostRequest } from '../abi/host-request.js';
import type { Hal } from './hal.js';

/** The registers that a driver sees; on a core this is the hal itself. Drivers call these as plain functions, without `this`. */
export type Registers = Pick<Hal, 'read8' | 'read32' | 'write8' | 'write32'>;

/** What a driver hands on while it handles an interrupt. Called with the hardware acknowledged already. */
export interface MailboxEvents {
  /** The host kicked the vring with this notifyid; `all` where the hardware does not tell which. */
  kicked(notifyid: number | 'all'): void;
  /** The host asks for something; `answer` tells it what became of it. */
  requested(request: HostRequest): void;
}

/** A mailbox driver on the remote side. No call ever waits. */
export interface Mailbox {
  /**
   * Starts to listen and unmasks the mailbox's interrupt. Kicks that wait already are handed on here or with the first
   * `interrupt`; a shutdown or suspend request that waits already is from an earlier life of the core and is dropped.
   */
  enable(events: MailboxEvents): void;
  /** Masks the interrupt and forgets what was not sent yet. */
  disable(): void;
  /**
   * Rings the host for this notifyid. False when the channel is busy: the kick is kept, once for each notifyid, and
   * goes out with one of the next `interrupt` calls. Throws RangeError for a notifyid that the mailbox cannot carry.
   */
  ring(notifyid: number): boolean;
  /** To be called after the interrupt, or at any time to poll: takes what came, sends what was kept. */
  interrupt(): void;
  /** True while something is kept because its channel was busy. */
  busy(): boolean;
  /**
   * Answers a request, granted or refused. False when the channel is busy: the answer is kept like a kick. Mailboxes
   * that know no such request have nothing to send and return true.
   */
  answer(request: HostRequest, granted: boolean): boolean;
  /** Tells the host that this core is about to stop for good, where the mailbox has a word for it. Best effort. */
  crashed?(): void;
}
