/** Writing files that must not be there yet: all of them or none. */
import { lstat, mkdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cannotCreate, filesExist } from '../errors.js';

/**
 * Writes `files` (path below `dir`, text) and the folders they need. What is there already, also a file where a folder
 * would have to be, is named in a ProblemError; then, and when a write fails, nothing stays behind.
 */
export async function writeNewFiles(
  dir: string,
  files: readonly (readonly [path: string, text: string])[],
): Promise<void> {
  const present: string[] = [];
  for (const [path] of files) if (await exists(join(dir, path))) present.push(path);
  if (present.length > 0) throw filesExist(dir, present);
  const written: string[] = [];
  const folders: string[] = [];
  try {
    for (const [path, text] of files) {
      const file = join(dir, path);
      const first = await mkdir(dirname(file), { recursive: true });
      if (first !== undefined) folders.push(...foldersBetween(first, dirname(file)));
      // Exclusive: what another process made since the look above is not overwritten.
      await writeFile(file, text, { flag: 'wx' });
      written.push(file);
    }
  } catch (error) {
    for (const file of written) await rm(file, { force: true });
    // Deepest first. One that is not empty has something of others in it and stays.
    for (const folder of folders.reverse()) await rmdir(folder).catch(() => {});
    throw cannotCreate(dir, (error as Error).message);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch {
    return false;
  }
}

/** The folders from `first` down to `last`, both included. */
function foldersBetween(first: string, last: string): string[] {
  return last === first || dirname(last) === last ? [last] : [...foldersBetween(first, dirname(last)), last];
}
