import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'uvu';

/**
 * Is `tool` on the PATH? If not, says which tests are skipped for it; with RPROC_REQUIRE_ALL=1 (CI) a failing
 * test is added to the calling file instead.
 *
 *     (need('readelf') ? test : test.skip)('headers as readelf shows them', ...)
 */
export function need(tool: string): boolean {
  if ((process.env.PATH ?? '').split(delimiter).some((folder) => isExecutable(join(folder, tool))))
    return true;
  if (process.env.RPROC_REQUIRE_ALL === '1') {
    test(`needs ${tool}`, () => {
      throw new Error(`${tool} is not installed and RPROC_REQUIRE_ALL=1 allows no skipped test`);
    });
  } else {
    console.log(`skipped: ${tool} is not installed`);
  }
  return false;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
