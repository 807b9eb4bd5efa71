/** How an image's header and its source text are tied together. */
import { createHash } from 'node:crypto';

/** How the header of a bytecode program names its source text: the first 16 bytes of the text's SHA-256. */
export function hashOfSource(source: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(source).digest()).slice(0, 16);
}
