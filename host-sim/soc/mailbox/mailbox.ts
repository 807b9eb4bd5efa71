/** The host-side face that all mailbox models have: what a remoteproc platform driver calls and is told. */
import type { Scheduler } from '../scheduler.js';
import type { Peripheral, RegisterWarnings } from './peripheral.js';

/** What a model is wired to. */
export interface MailboxWires {
  /** Runs Linux's interrupt handlers and lets time pass while Linux waits. */
  readonly scheduler: Scheduler;
  /** Level of the remote's interrupt line, told at each change. */
  readonly remoteInterrupt: (high: boolean) => void;
  /** Linux is to look at this vring, or at all: `rproc_vq_interrupt()`. */
  readonly kicked: (notifyid: number | 'all') => void;
  /** What Linux's mailbox driver got beside kicks. */
  readonly word?: (word: number) => void;
  /** Told what the guest did to registers that is wrong. */
  readonly warn?: (text: string) => void;
}

/**
 * A register-level mailbox with the half of Linux's driver that uses it. The calls return 0 or a negative errno; those
 * that wait let virtual time pass through the scheduler, as a kernel thread that sleeps.
 */
export interface MailboxModel {
  /** The registers as the remote core sees them, from `MailboxData.remoteBase` on. */
  readonly remote: Peripheral;
  readonly warnings: RegisterWarnings;
  /** `ops->kick`. -ENOBUFS: 20 messages wait already. -ETIME: the driver waits, and the remote did not take it. */
  kick(notifyid: number): number;
  /** The part of `ops->stop` that waits for the remote; -ETIME without its answer. Absent where Linux does not ask. */
  shutdown?(): number;
  /** As `shutdown`, of `ops->detach`. */
  detach?(): number;
  /** Leaves an echo request for the remote, where the mailbox has a word for it. */
  echoRequest?(): number;
}
