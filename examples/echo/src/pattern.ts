/** `size` bytes that count upwards from `seed`. */
export function pattern(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (seed + i) & 0xff;
  return bytes;
}
