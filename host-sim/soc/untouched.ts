/** Copies that leave memory alone where there is nothing to copy: pages that nobody writes cost nothing. */

const PAGE = 4096;
const WORDS = PAGE / 4;

/** As `to.set(from)`, for memory that mostly is zero on both sides. */
export function copyTouched(to: Uint8Array, from: Uint8Array): void {
  if ((to.byteOffset | from.byteOffset | from.length) % 4 !== 0) {
    to.set(from);
    return;
  }
  const count = from.length / 4;
  const source = new Int32Array(from.buffer, from.byteOffset, count);
  const target = new Int32Array(to.buffer, to.byteOffset, count);
  for (let begin = 0; begin < count; begin += WORDS) {
    const end = Math.min(begin + WORDS, count);
    if (!isZero(source, begin, end)) target.set(source.subarray(begin, end), begin);
    else if (!isZero(target, begin, end)) target.fill(0, begin, end);
  }
}

function isZero(words: Int32Array, begin: number, end: number): boolean {
  for (let i = begin; i < end; i++) if (words[i] !== 0) return false;
  return true;
}
