/**
 * QuickJS reports no unhandled rejections to its embedder in every build we run on, so firmware runs with a
 * Promise that keeps track itself. Async functions are compiled to ES2016 and therefore go through it too.
 */

/** Called with the reason of each rejection that nobody handled by the time the jobs ran dry. */
export type RejectionHandler = (reason: unknown) => void;

/**
 * Replaces `scope.Promise`. The function it returns must be called whenever promise jobs have run dry; it
 * hands each unhandled rejection to `onUnhandled`, once.
 */
export function trackPromises(
  scope: { Promise: PromiseConstructor },
  onUnhandled: RejectionHandler,
): () => void {
  const Native = scope.Promise;
  const nativeThen = Native.prototype.then;
  let rejected: { promise: Tracked<unknown>; reason: unknown }[] = [];
  /** True while `watch` makes its own reaction, whose promise must not be watched in turn. */
  let watching = false;

  class Tracked<T> extends Native<T> {
    handled = false;

    constructor(
      executor: (resolve: (value: T | PromiseLike<T>) => void, reject: (reason?: any) => void) => void,
    ) {
      super(executor);
      if (!watching) watch(this);
    }

    // biome-ignore lint/suspicious/noThenProperty: a Promise subclass has to see who handles it
    override then<A = T, B = never>(
      onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
      onRejected?: ((reason: any) => B | PromiseLike<B>) | null,
    ): Promise<A | B> {
      this.handled = true;
      return nativeThen.call(this, onFulfilled, onRejected) as Promise<A | B>;
    }
  }

  function watch(promise: Tracked<any>): void {
    watching = true;
    nativeThen.call(promise, undefined, (reason) => {
      if (!promise.handled) rejected.push({ promise, reason });
    });
    watching = false;
  }

  Object.defineProperty(Tracked, 'name', { value: 'Promise' });
  scope.Promise = Tracked as unknown as PromiseConstructor;

  return function jobsDone() {
    if (rejected.length === 0) return;
    const found = rejected;
    rejected = [];
    for (const { promise, reason } of found) {
      if (!promise.handled) onUnhandled(reason);
    }
  };
}
