/** Where files are made that QEMU opens: in memory where the system has a place for that. */
import { accessSync, constants, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SHARED_MEMORY = '/dev/shm';

/** A fresh folder that nobody else may enter; its name says whose it is. */
export function privateFolder(): string {
  return mkdtempSync(
    join(isWritable(SHARED_MEMORY) ? SHARED_MEMORY : tmpdir(), `rproc-qemu-${process.pid}-`),
  );
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
