/** Words of a format in memory, one at a time: what reads a few fields needs no whole declaration (abi/struct.ts) on the core. */

/** The little-endian 32-bit word at byte `at` of an entry. Throws RangeError where the entry, or its table, ends before. */
export function u32At(entry: Uint8Array, at: number): number {
  if (at + 4 > entry.length) {
    throw new RangeError('resource table: an entry of ' + entry.length + ' bytes has no field at ' + at);
  }
  return new DataView(entry.buffer as ArrayBuffer, entry.byteOffset).getUint32(at, true);
}
