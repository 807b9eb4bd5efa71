/** Messages that wait for a free buffer or for their peer, first come first served. */
import { RPMSG_SEND_TIMEOUT_MS } from '../abi/rpmsg.js';
import type { Alarms } from '../timers.js';
import type { CancelSignal } from './canceller.js';
import { ANY, type Endpoint, endpointError } from './endpoint.js';

export interface Transmitter {
  /** Asks for kicks while `waiting`; true when buffers are there after all. */
  awaitBuffers(waiting: boolean): boolean;
  /** Puts one message into a buffer of the host; false when there is none or no host. */
  transmit(src: number, dst: number, data: Uint8Array): boolean;
}

/** A message that has not gone yet. */
export interface Waiting {
  readonly endpoint: Endpoint;
  readonly src: number;
  /** ANY: the endpoint's peer, whoever that is by then. */
  readonly dst: number;
  readonly data: Uint8Array;
  /** Fulfils or rejects its promise; its alarm and its signal are no longer listened to. */
  readonly settle: (sent: boolean, error?: unknown) => void;
}

export class SendQueue {
  private queue: Waiting[] = [];

  constructor(
    private readonly device: Transmitter,
    private readonly alarms: Alarms,
  ) {}

  /**
   * Copies `data` and sends it when it is its turn; rejects after 15 s, as Linux's senders do, and when `signal` is
   * aborted.
   */
  add(endpoint: Endpoint, src: number, dst: number, data: Uint8Array, signal?: CancelSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const cancel = () => {
        const { reason } = signal!;
        this.remove(
          waiting,
          reason === undefined ? endpointError(endpoint, ': the send was cancelled') : reason,
        );
      };
      const alarm = this.alarms.start(() => {
        const missing = this.peer(waiting) === ANY ? 'peer' : 'free buffer';
        const limit = RPMSG_SEND_TIMEOUT_MS / 1000;
        this.remove(waiting, endpointError(endpoint, ': no ' + missing + ' within ' + limit + ' s'));
      }, RPMSG_SEND_TIMEOUT_MS);
      const waiting: Waiting = {
        endpoint,
        src,
        dst,
        data: data.slice(),
        settle: (sent, error) => {
          this.alarms.stop(alarm);
          if (signal) signal.removeEventListener('abort', cancel);
          if (sent) resolve();
          else reject(error);
        },
      };
      this.queue.push(waiting);
      if (signal) {
        if (signal.aborted) return cancel();
        signal.addEventListener('abort', cancel);
      }
      this.pump();
    });
  }

  /** Sends what can be sent now, and asks for kicks while something must wait. */
  pump(): void {
    let full: boolean;
    do {
      full = this.sendReady();
    } while (this.device.awaitBuffers(full));
  }

  /** True when a message waits for a buffer; those that wait for their peer hold nobody up. */
  private sendReady(): boolean {
    let full = false;
    this.queue = this.queue.filter((waiting) => {
      const to = this.peer(waiting);
      if (to === ANY || full) return true;
      try {
        full = !this.device.transmit(waiting.src, to, waiting.data);
        if (!full) waiting.settle(true);
        return full;
      } catch (error) {
        waiting.settle(false, error);
        return false;
      }
    });
    return full;
  }

  /** Rejects those that are `meant` by an Error with the endpoint's name and `why`. */
  refuse(meant: (waiting: Waiting) => boolean, why: string): void {
    for (const waiting of this.queue.filter(meant))
      this.remove(waiting, endpointError(waiting.endpoint, why));
  }

  private peer({ dst, endpoint }: Waiting): number {
    return dst === ANY ? endpoint.dst : dst;
  }

  private remove(waiting: Waiting, error: unknown): void {
    this.queue = this.queue.filter((other) => other !== waiting);
    waiting.settle(false, error);
    this.pump();
  }
}
