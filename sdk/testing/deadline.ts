/** Time limits for single tests: uvu has none, and a promise that never settles would end the whole run. */

/** The body of a uvu test: `context` is what the suite was made with. */
export type TestBody<C> = (context: C) => unknown;

/** Taken at import, so that a test which replaces the timers does not stop its own limit. */
const { setTimeout, clearTimeout } = globalThis;

/**
 * Wraps a test's body: `test('boots', deadline(2000, async () => { ... }))`. The test fails when `body` has not
 * settled within `ms` real milliseconds. A body that never yields is stopped by the limit of its process.
 */
export function deadline<C = unknown>(ms: number, body: TestBody<C>): (context: C) => Promise<void> {
  // Made here and not when it fires, so that its stack names the test.
  const late = new Error(`test limit: not settled within ${ms} ms`);
  return async (context) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(late), ms);
    });
    try {
      await Promise.race([body(context), limit]);
    } finally {
      clearTimeout(timer);
    }
  };
}
