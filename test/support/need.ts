/** Tests that need something of the machine: skips that say why, and that cannot hide where every test must run. */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test as plainTest, type Test } from 'uvu';
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

/**
 * Is `tool` on the PATH? If not, a skipped test of the calling file says so; with RPROC_REQUIRE_ALL=1 it fails.
 *
 *     (need('readelf') ? test : test.skip)('headers as readelf shows them', ...)
 */
export function need(tool: string): boolean {
  const there = onPath(tool);
  if (!there) skipUnless(plainTest, `needs ${tool}`, false, `${tool} is not installed`, () => {});
  return there;
}

export function onPath(tool: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, tool)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
