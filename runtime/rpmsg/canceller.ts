/** Taking back a send that waits, in the manner of AbortController, which the engines lack. */

/** What a send listens to; a standard AbortSignal is one. */
export interface CancelSignal {
  readonly aborted: boolean;
  readonly reason?: unknown;
  /** Called once, when what waits is taken back. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** What was added is no longer called. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** Gives one signal to any number of sends and cancels those that still wait. */
export class Canceller {
  /** Pass it to `send` or `sendTo`. */
  readonly signal: CancelSignal;
  private listeners: (() => void)[] = [];
  private done = false;
  private why: unknown;

  constructor() {
    const isDone = () => this.done;
    const reason = () => this.why;
    this.signal = {
      get aborted() {
        return isDone();
      },
      get reason() {
        return reason();
      },
      addEventListener: (_type, listener) => {
        this.listeners.push(listener);
      },
      removeEventListener: (_type, listener) => {
        this.listeners = this.listeners.filter((other) => other !== listener);
      },
    };
  }

  /** Sends that wait reject with `reason`, or with an Error that says they were cancelled; what was sent stays sent. */
  cancel(reason?: unknown): void {
    if (this.done) return;
    this.done = true;
    this.why = reason;
    const listeners = this.listeners;
    this.listeners = [];
    for (const listener of listeners) listener();
  }
}
