/** An image of 1 MiB: what fits the board is loaded, a large string table and debug sections make up the rest. */
import { image, table, trace, vdev } from '../support/sim-images.js';

const MEBIBYTE = 1024 * 1024;

/** A fixed pattern, so that equal runs measure equal bytes. */
function filler(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = 1;
  for (let i = 0; i < length; i++) {
    state = (state * 1103515245 + 12345) % 2147483648;
    bytes[i] = state >> 16;
  }
  return bytes;
}

/** For virt-m4: 320 KiB are loaded, 100 sections are not. */
export function mebibyteImage(): Uint8Array {
  const loaded = filler(320 * 1024);
  const sections = Array.from({ length: 100 }, (_, i) => ({
    name: `.debug_${i}`,
    data: filler(7 * 1024 - 64),
  }));
  const made = image({
    table: table([trace(0x10001000, 4096), vdev([{ num: 256 }, { num: 256 }])]),
    segments: [{ at: 0x10002000, data: loaded }],
    sections,
  });
  const whole = new Uint8Array(Math.max(made.length, MEBIBYTE));
  whole.set(made);
  return whole;
}
