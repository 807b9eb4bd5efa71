/** Reading `ar` archives, as GNU ar writes them (binutils, `include/aout/ar.h`). */
import { utf8Decode } from '../../runtime/abi/utf8.js';

const MAGIC = '!<arch>\n';
const HEADER = 60;
/** Of the decimal size in a member's header. */
const SIZE_AT = 48;
const SIZE_LENGTH = 10;

/** The members' contents, tables of the archive's own among them: views on `bytes`, in their order. None for other files. */
export function archiveMembers(bytes: Uint8Array): Uint8Array[] {
  const members: Uint8Array[] = [];
  if (text(bytes, 0, MAGIC.length) !== MAGIC) return members;
  for (let at = MAGIC.length; at + HEADER <= bytes.length; ) {
    const size = Number(text(bytes, at + SIZE_AT, SIZE_LENGTH));
    const from = at + HEADER;
    if (!Number.isInteger(size) || from + size > bytes.length) break;
    members.push(bytes.subarray(from, from + size));
    // Members begin at even offsets.
    at = from + size + (size % 2);
  }
  return members;
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return utf8Decode(bytes.subarray(at, at + length));
}
