/**
 * drivers/mailbox/mailbox.c: a channel sends one message at a time and queues the others; a client may wait until its
 * message is taken.
 */
import { ENOBUFS, ETIME } from '../../errno.js';
import type { Scheduler } from '../scheduler.js';

/** include/linux/mailbox_controller.h */
export const MBOX_TX_QUEUE_LEN = 20;

export interface MboxChannelConfig {
  /** The controller's `send_data`; false for -EBUSY: it is tried again with the next `txDone`. */
  readonly sendData: (word: number) => boolean;
  /** `tx_tout` of a client with `tx_block`: it waits that many ms for its message to be taken. */
  readonly txTout?: number;
  /** A controller that does not interrupt is asked each `period` ms whether the message was taken. */
  readonly poll?: { readonly period: number; readonly lastTxDone: () => boolean };
}

export class MboxChannel {
  /** How long a send took that waited, or how often it failed, shows in the virtual clock and here. */
  timeouts = 0;
  private readonly queue: number[] = [];
  private active = false;
  private completions = 0;
  private polling = false;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly config: MboxChannelConfig,
  ) {}

  /** Messages that are queued behind the active one. */
  get queued(): number {
    return this.queue.length;
  }

  /** `mbox_send_message()`: 0, or -ENOBUFS, or -ETIME where the client waits. */
  send(word: number): number {
    if (this.queue.length === MBOX_TX_QUEUE_LEN) return -ENOBUFS;
    this.queue.push(word);
    this.submit();
    const { txTout } = this.config;
    if (txTout === undefined) return 0;
    if (this.scheduler.runUntil(() => this.completions > 0, txTout)) {
      this.completions--;
      return 0;
    }
    this.timeouts++;
    this.active = false;
    this.submit();
    return -ETIME;
  }

  /** `mbox_chan_txdone()`: the active message was taken, or the controller has room again. */
  txDone(): void {
    const done = this.active;
    this.active = false;
    this.submit();
    if (done && this.config.txTout !== undefined) this.completions++;
  }

  private submit(): void {
    if (this.active || this.queue.length === 0) return;
    if (!this.config.sendData(this.queue[0])) return;
    this.queue.shift();
    this.active = true;
    if (this.config.poll && !this.polling) this.pollAt(0);
  }

  private pollAt(delay: number): void {
    const { period, lastTxDone } = this.config.poll!;
    this.polling = true;
    this.scheduler.at(this.scheduler.now + delay, () => {
      this.polling = false;
      if (!this.active) return;
      if (lastTxDone()) this.txDone();
      if (this.active && !this.polling) this.pollAt(period);
    });
  }
}
