/**
 * What has been fetched or built before, by the hash of everything that it was made of: clones on one machine share it,
 * and nothing in it is ever changed.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Where it is, as the XDG base directory specification places caches. */
export const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'rproc-sdk');

/** 64 hex digits over `parts` and where each of them ends. */
export function hashOf(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part) : part;
    hash.update(`${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
}

/**
 * The file or folder `name` of the cache. Where it is not there, `make` makes it under another name, so that it is there
 * whole or not at all; of two processes that make it at the same time either may win.
 */
export async function cached(name: string, make: (path: string) => unknown): Promise<string> {
  const path = join(cacheDir, name);
  if (existsSync(path)) return path;
  const work = `${path}.${process.pid}.tmp`;
  rmSync(work, { recursive: true, force: true });
  mkdirSync(dirname(work), { recursive: true });
  try {
    await make(work);
    if (!existsSync(path)) renameSync(work, path);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return path;
}
