/**
 * Promises for Espruino. Its own ones pass a rejection on to the first handler of the whole chain and report unhandled ones to
 * the console only, so that firmware would neither wait nor crash as it does elsewhere. These keep to ECMAScript 27.2; jobs
 * run when the hal has called into the program, before it waits again.
 */

type Settle = (value?: any) => void;
type State = 'pending' | 'fulfilled' | 'rejected';

interface Reaction {
  readonly onFulfilled: unknown;
  readonly onRejected: unknown;
  readonly resolve: Settle;
  readonly reject: Settle;
}

let jobs: (() => void)[] = [];
let unhandled: FirmwarePromise[] = [];

export class FirmwarePromise {
  private state: State = 'pending';
  private result: unknown;
  private reactions: Reaction[] = [];
  private handled = false;

  constructor(executor: (resolve: Settle, reject: Settle) => void) {
    let done = false;
    const once = (settle: (value: unknown) => void) => (value: unknown) => {
      if (done) return;
      done = true;
      settle(value);
    };
    const reject = once((reason) => this.settle('rejected', reason));
    try {
      executor(
        once((value) => this.adopt(value)),
        reject,
      );
    } catch (error) {
      reject(error);
    }
  }

  // biome-ignore lint/suspicious/noThenProperty: this is a promise
  then(onFulfilled?: unknown, onRejected?: unknown): FirmwarePromise {
    return new FirmwarePromise((resolve, reject) => {
      const reaction = { onFulfilled, onRejected, resolve, reject };
      this.handled = true;
      if (this.state === 'pending') this.reactions.push(reaction);
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

  /** Fulfils with `value`, or becomes what the promise or thenable `value` becomes. */
  private adopt(value: any): void {
    if (value === this) {
      this.settle('rejected', new TypeError('a promise cannot wait for itself'));
      return;
    }
    let done = false;
    const once = (settle: (value: unknown) => void) => (result: unknown) => {
      if (done) return;
      done = true;
      settle(result);
    };
    const reject = once((reason) => this.settle('rejected', reason));
    try {
      const isObject = value && (typeof value === 'object' || typeof value === 'function');
      const then = isObject ? value.then : undefined;
      if (typeof then !== 'function') {
        this.settle('fulfilled', value);
        return;
      }
      jobs.push(() => {
        try {
          then.call(
            value,
            once((result) => this.adopt(result)),
            reject,
          );
        } catch (error) {
          reject(error);
        }
      });
    } catch (error) {
      reject(error);
    }
  }

  private settle(state: State, result: unknown): void {
    this.state = state;
    this.result = result;
    const waiting = this.reactions;
    this.reactions = [];
    if (state === 'rejected' && !this.handled) unhandled.push(this);
    for (const reaction of waiting) this.react(reaction);
  }

  private react({ onFulfilled, onRejected, resolve, reject }: Reaction): void {
    jobs.push(() => {
      const fulfilled = this.state === 'fulfilled';
      const handler = fulfilled ? onFulfilled : onRejected;
      if (typeof handler !== 'function') {
        if (fulfilled) resolve(this.result);
        else reject(this.result);
        return;
      }
      let result: unknown;
      try {
        result = handler(this.result);
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
    found.forEach((promise) => {
      if (!promise.handled) tell(promise.result);
    });
  }
}

/** Runs jobs until there are none. What one of them throws ends in the promise that it settles. */
export function runJobs(): void {
  while (jobs.length > 0) {
    const due = jobs;
    jobs = [];
    for (let i = 0; i < due.length; i++) due[i]();
  }
}
