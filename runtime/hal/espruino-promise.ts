/**
 * Promises for Espruino. Its own ones pass a rejection on to the first handler of the whole chain and report unhandled ones to
 * the console only, so that firmware would neither wait nor crash as it does elsewhere. These keep to ECMAScript 27.2; jobs
 * run when the hal has called into the program, before it waits again.
 */

type Settle = (value?: any) => void;
type Executor = (resolve: Settle, reject: Settle) => void;

const PENDING = 0;
const FULFILLED = 1;
const REJECTED = 2;

interface Reaction {
  readonly onFulfilled: unknown;
  readonly onRejected: unknown;
  readonly resolve: Settle;
  readonly reject: Settle;
}

let jobs: (() => void)[] = [];
let unhandled: FirmwarePromise[] = [];

export class FirmwarePromise {
  private state = PENDING;
  result: unknown;

  private reactions: Reaction[] = [];
  private handled = false;

  constructor(executor: Executor) {
    this.run(executor);
  }

  // biome-ignore lint/suspicious/noThenProperty: this is a promise
  then(onFulfilled?: unknown, onRejected?: unknown): FirmwarePromise {
    return new FirmwarePromise((resolve, reject) => {
      const reaction = { onFulfilled, onRejected, resolve, reject };
      this.handled = true;
      if (this.state === PENDING) this.reactions.push(reaction);
      else this.react(reaction);
    });
  }

  catch(onRejected?: unknown): FirmwarePromise {
    return this.then(undefined, onRejected);
  }

  finally(onSettled: () => unknown): FirmwarePromise {
    return this.then(
      (value: unknown) => FirmwarePromise.resolve(onSettled()).then(() => value),
      (reason: unknown) =>
        FirmwarePromise.resolve(onSettled()).then(() => {
          throw reason;
        }),
    );
  }

  static resolve(value?: unknown): FirmwarePromise {
    return value instanceof FirmwarePromise ? value : new FirmwarePromise((resolve) => resolve(value));
  }

  static reject(reason?: unknown): FirmwarePromise {
    return new FirmwarePromise((_resolve, reject) => reject(reason));
  }

  static all(values: readonly unknown[]): FirmwarePromise {
    return new FirmwarePromise((resolve, reject) => {
      const results: unknown[] = [];
      let left = values.length;
      if (left === 0) resolve(results);
      values.forEach((value, i) => {
        FirmwarePromise.resolve(value).then((result: unknown) => {
          results[i] = result;
          if (--left === 0) resolve(results);
        }, reject);
      });
    });
  }

  static race(values: readonly unknown[]): FirmwarePromise {
    return new FirmwarePromise((resolve, reject) => {
      values.forEach((value) => {
        FirmwarePromise.resolve(value).then(resolve, reject);
      });
    });
  }

  /** Lets `executor` resolve or reject this promise: the first word counts. */
  private run(executor: Executor): void {
    let done = false;
    const settle = (adopts: boolean) => (value: unknown) => {
      if (done) return;
      done = true;
      if (adopts) this.adopt(value);
      else this.settle(REJECTED, value);
    };
    const reject = settle(false);
    try {
      executor(settle(true), reject);
    } catch (error) {
      reject(error);
    }
  }

  /** Fulfils with `value`, or becomes what the promise or thenable `value` becomes. */
  private adopt(value: any): void {
    let then: unknown;
    try {
      if (value === this) throw new TypeError('a promise cannot wait for itself');
      if (value && (typeof value === 'object' || typeof value === 'function')) then = value.then;
    } catch (error) {
      this.settle(REJECTED, error);
      return;
    }
    if (typeof then === 'function') {
      const becomes = then;
      jobs.push(() => this.run((resolve, reject) => becomes.call(value, resolve, reject)));
    } else this.settle(FULFILLED, value);
  }

  private settle(state: number, result: unknown): void {
    const waiting = this.reactions;
    this.state = state;
    this.result = result;
    this.reactions = [];
    if (state === REJECTED && !this.handled) unhandled.push(this);
    for (const reaction of waiting) this.react(reaction);
  }

  private react({ onFulfilled, onRejected, resolve, reject }: Reaction): void {
    jobs.push(() => {
      const fulfilled = this.state === FULFILLED;
      const handler = fulfilled ? onFulfilled : onRejected;
      let { result } = this;
      try {
        if (typeof handler === 'function') result = handler(result);
        else if (!fulfilled) throw result;
      } catch (error) {
        reject(error);
        return;
      }
      resolve(result);
    });
  }

  /** Hands the reasons of rejections that nobody has handled by now to `tell`, each once. */
  static tellUnhandled(tell: (reason: unknown) => void): void {
    const found = unhandled;
    unhandled = [];
    for (const { handled, result } of found) if (!handled) tell(result);
  }
}

/** Runs jobs until there are none. What one of them throws ends in the promise that it settles. */
export function runJobs(): void {
  while (jobs.length > 0) {
    const due = jobs;
    jobs = [];
    for (const job of due) job();
  }
}
