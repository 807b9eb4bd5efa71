/** Messages that wait for a free buffer or for their peer, first come first served. */
import { RPMSG_ADDR_ANY, RPMSG_SEND_TIMEOUT_MS } from '../abi/rpmsg.js';
import type { Alarms } from '../timers.js';
import type { CancelSignal } from './canceller.js';
import type { Endpoint } from './endpoint.js';

export interface Transmitter {
  /** Asks for kicks while `waiting`; true when buffers are there after all. */
  awaitBuffers(waiting: boolean): boolean;
  /** Puts one message into a buffer of the host; false when there is none or no host. */
  transmit(src: number, dst: number, data: Uint8Array): boolean;
}

interface Waiting {
  readonly endpoint: Endpoint;
  readonly src: number;
  /** RPMSG_ADDR_ANY: the endpoint's peer, whoever that is by then. */
  readonly dst: number;
  readonly data: Uint8Array;
  /** Its alarm and its signal are no longer listened to. */
  readonly end: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const ANY = RPMSG_ADDR_ANY | 0;

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
      if (signal?.aborted) {
        reject(cancelled(endpoint, signal));
        return;
      }
      const giveUp = () => {
        end();
        this.take(waiting);
        reject(cancelled(endpoint, signal!));
      };
      const alarm = this.alarms.start(() => {
        end();
        this.take(waiting);
        reject(new Error('endpoint "' + endpoint.name + '": ' + this.reasonFor(waiting)));
      }, RPMSG_SEND_TIMEOUT_MS);
      const end = () => {
        this.alarms.stop(alarm);
        if (signal) signal.removeEventListener('abort', giveUp);
      };
      const waiting: Waiting = { endpoint, src, dst, data: data.slice(), end, resolve, reject };
      if (signal) signal.addEventListener('abort', giveUp);
      this.queue.push(waiting);
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
    const stay: Waiting[] = [];
    const queue = this.queue;
    let full = false;
    for (const waiting of queue) {
      const to = waiting.dst === ANY ? waiting.endpoint.dst : waiting.dst;
      if (to === ANY || full) {
        stay.push(waiting);
        continue;
      }
      try {
        if (this.device.transmit(waiting.src, to, waiting.data)) {
          waiting.end();
          waiting.resolve();
        } else {
          full = true;
          stay.push(waiting);
        }
      } catch (error) {
        waiting.end();
        waiting.reject(error);
      }
    }
    this.queue = stay;
    return full;
  }

  /** Rejects what a destroyed endpoint still had waiting. */
  drop(endpoint: Endpoint): void {
    for (const waiting of this.queue.filter((candidate) => candidate.endpoint === endpoint)) {
      waiting.end();
      this.take(waiting);
      waiting.reject(new Error('endpoint "' + endpoint.name + '" was destroyed'));
    }
  }

  /** Drops what waits for the address `dst`. */
  forget(dst: number): void {
    const forgotten = this.queue.filter((waiting) => waiting.dst === dst);
    this.queue = this.queue.filter((waiting) => waiting.dst !== dst);
    for (const waiting of forgotten) {
      waiting.end();
      waiting.reject(new Error('endpoint "' + waiting.endpoint.name + '": the host went away'));
    }
  }

  private take(waiting: Waiting): void {
    this.queue = this.queue.filter((candidate) => candidate !== waiting);
    this.pump();
  }

  private reasonFor(waiting: Waiting): string {
    const limit = RPMSG_SEND_TIMEOUT_MS / 1000 + ' s';
    return waiting.dst === ANY && waiting.endpoint.dst === ANY
      ? 'no peer within ' + limit
      : 'no free buffer within ' + limit;
  }
}

function cancelled(endpoint: Endpoint, { reason }: CancelSignal): unknown {
  return reason === undefined
    ? new Error('endpoint "' + endpoint.name + '": the send was cancelled')
    : reason;
}
