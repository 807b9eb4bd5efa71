/** Skips that say why, and that cannot hide where every test must run. */
import type { Test } from 'uvu';
import type { SkipNames } from '../../sdk/testing/events.js';

/** Tests that may be skipped even with RPROC_REQUIRE_ALL=1: what they need cannot be had everywhere. */
export const SKIPS_ALLOWED: readonly string[] = ['runs on the Espruino binary'];

export const requireAll = process.env.RPROC_REQUIRE_ALL === '1';

/**
 * Registers a test that needs `condition`. Where it does not hold the test is skipped and says why; with
 * RPROC_REQUIRE_ALL=1 it fails instead.
 */
export function skipUnless<C>(
  test: Test<C>,
  name: string,
  condition: unknown,
  reason: string,
  body: (context: C) => unknown,
): void {
  if (condition) {
    test(name, async (context) => {
      await body(context);
    });
  } else if (requireAll && !SKIPS_ALLOWED.includes(name)) {
    test(name, () => {
      throw new Error(`may not be skipped with RPROC_REQUIRE_ALL=1, but ${reason}`);
    });
  } else {
    console.log(`SKIP ${name}: ${reason}`);
    const names = globalThis as SkipNames;
    names.rprocSkips = [...(names.rprocSkips ?? []), name];
    test.skip(name);
  }
}
