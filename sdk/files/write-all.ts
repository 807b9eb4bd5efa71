/** Writing the files that commands produce. */
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cannotWrite } from '../errors.js';

/**
 * Writes all files or none: each under a temporary name first, then all are put in place, the first one last.
 * @param option the command-line option that names the files, for the message
 * @throws ProblemError RP2011
 */
export async function writeAll(
  files: readonly (readonly [string, Uint8Array | string])[],
  option = '-o',
): Promise<void> {
  const fail = (path: string, reason: string) => cannotWrite(path, dirname(path), reason, option);
  for (const [path] of files) {
    // A rename onto a folder fails only when others are done.
    const found = await stat(path).catch(() => undefined);
    if (found?.isDirectory()) throw fail(path, 'it is a folder');
  }
  const staged = files.map(([path]) => `${path}.tmp-${process.pid}`);
  try {
    for (const [i, [path, content]] of files.entries()) {
      await writeFile(staged[i], content).catch((error: Error) => {
        throw fail(path, error.message.replace(/ '.*$/, ''));
      });
    }
    // The first file last: whoever sees a new image sees all of its build.
    for (const [i, [path]] of [...files.entries()].reverse()) {
      await rename(staged[i], path).catch((error: Error) => {
        throw fail(path, error.message.replace(/ '.*$/, ''));
      });
    }
  } finally {
    for (const path of staged) await rm(path, { force: true });
  }
}
