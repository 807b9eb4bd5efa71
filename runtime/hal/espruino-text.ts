/**
 * Text on Espruino, whose strings hold bytes: text is UTF-8 already, in string constants (the build writes them so) and in
 * what comes from Linux. Takes the place of abi/utf8.ts there; `length` and `charCodeAt` count bytes.
 */

/** The bytes of `text`. */
export function utf8Encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** `bytes` as text, unchanged: what is not UTF-8 stays what it is. */
export function utf8Decode(bytes: Uint8Array): string {
  let text = '';
  // One call for many bytes, but not for so many that their arguments fill a small heap.
  for (let at = 0; at < bytes.length; at += 32)
    text += String.fromCharCode.apply(null, bytes.subarray(at, at + 32) as unknown as number[]);
  return text;
}
