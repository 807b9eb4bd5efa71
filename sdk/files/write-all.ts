/** Writing the files that commands produce. */
import { access, constants, rename, rm, stat, writeFile } from 'node:fs/promises';
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
  // A rename onto a folder fails only when others are done.
  for (const [path] of files) await checkKind(path, option);
  const staged = files.map(([path]) => stagedName(path));
  try {
    for (const [i, [path, content]] of files.entries()) {
      await writeFile(staged[i], content).catch(because(path, option));
    }
    // The first file last: whoever sees a new image sees all of its build.
    for (const [i, [path]] of [...files.entries()].reverse()) {
      await rename(staged[i], path).catch(because(path, option));
    }
  } finally {
    for (const path of staged) await rm(path, { force: true });
  }
}

/**
 * Finds out whether `writeAll` will be able to write `path`, for commands that work a while before they write.
 * Nothing is left there.
 * @throws ProblemError RP2011
 */
export async function checkWritable(path: string, option: string): Promise<void> {
  if (await checkKind(path, option)) await access(path, constants.W_OK).catch(because(path, option));
  // Only trying tells it for all file systems and users.
  const staged = stagedName(path);
  try {
    await writeFile(staged, '').catch(because(path, option));
  } finally {
    await rm(staged, { force: true }).catch(() => {});
  }
}

/** Is there a file already? A folder or a device in its place would be replaced, or worse. */
async function checkKind(path: string, option: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  if (found && !found.isFile()) {
    const what = found.isDirectory() ? 'it is a folder' : 'it is not a regular file';
    throw cannotWrite(path, dirname(path), what, option);
  }
  return found !== undefined;
}

function stagedName(path: string): string {
  return `${path}.tmp-${process.pid}`;
}

/** Makes the system's error one of ours; its own message names the temporary file. */
function because(path: string, option: string): (error: Error) => never {
  return (error) => {
    throw cannotWrite(path, dirname(path), error.message.replace(/ '.*$/, ''), option);
  };
}
