/** Damages images in ways that reach deep: most changes hit headers and tables, with values at the edges. */

import { below, type Random } from '../../host-sim/random.js';

const EDGES = [
  ...[0, 1, 2, 3, 4, 7, 8, 15, 16, 17, 24, 40, 52, 64, 127, 128, 255, 256, 512, 513, 4095, 4096, 4097, 32768],
  ...[65535, 65536, 0x100000, 0x10000000, 0x10060000, 0x7fffffff, 0x80000000, 0xfffffff0, 0xffffffff],
];

export interface Base {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Stretches that most changes go to: headers, the table, names. */
  readonly hot: readonly { readonly from: number; readonly to: number }[];
}

/** A copy of `base` with one to eight changes; now and then also cut, grown or mixed with `other`. */
export function mutated({ bytes, hot }: Base, other: Base, random: Random): Uint8Array {
  let image: Uint8Array = bytes.slice();
  for (let left = 1 + below(random, 8); left > 0; left--) {
    const part = hot[below(random, hot.length)];
    const isHot = part && random() < 0.8;
    const at = isHot ? part.from + below(random, part.to - part.from) : below(random, image.length);
    const edge = EDGES[below(random, EDGES.length)];
    const way = random();
    if (at >= image.length) continue;
    if (way < 0.3) image[at] = below(random, 256);
    else if (way < 0.4) image[at] ^= 1 << below(random, 8);
    else if (way < 0.85) writeNumber(image, at, edge, random);
    else if (way < 0.9) image.copyWithin(at, below(random, image.length), image.length);
    else if (way < 0.95) image.set(other.bytes.subarray(0, image.length - at), at);
    else if (way < 0.98) image = image.slice(0, at);
    else image = grown(image, below(random, 4096));
    if (image.length === 0) break;
  }
  return image;
}

/** As u16, u32 or u64, mostly where such a field would be. */
function writeNumber(image: Uint8Array, at: number, value: number, random: Random): void {
  const size = [2, 4, 4, 4, 8][below(random, 5)];
  const start = random() < 0.8 ? at - (at % Math.min(size, 4)) : at;
  if (start + size > image.length) return;
  const view = new DataView(image.buffer, image.byteOffset);
  if (size === 2) view.setUint16(start, value & 0xffff, true);
  else if (size === 4) view.setUint32(start, value, true);
  else view.setBigUint64(start, random() < 0.5 ? BigInt(value) : 2n ** 64n - BigInt(value + 1), true);
}

function grown(image: Uint8Array, by: number): Uint8Array {
  const larger = new Uint8Array(image.length + by);
  larger.set(image);
  return larger;
}
