/** Reading the files that commands name. */
import { readFile } from 'node:fs/promises';
import { fileMissing } from '../errors.js';

/** The bytes of `file`; a ProblemError with exit status 2 when it cannot be read. */
export async function readInput(file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(file));
  } catch (error) {
    throw fileMissing(file, (error as Error).message);
  }
}
