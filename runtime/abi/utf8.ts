/**
 * UTF-8 for engines without TextEncoder (QuickJS and Espruino have none).
 */

/** The UTF-8 bytes of `text`; a lone surrogate becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let at = 0;
  for (let i = 0; i < text.length; i++) {
    let code = text.charCodeAt(i);
    if (code < 0x80) {
      bytes[at++] = code;
      continue;
    }
    if ((code & 0xf800) === 0xd800) {
      // NaN behind the end.
      const low = text.charCodeAt(i + 1);
      if (code < 0xdc00 && (low & 0xfc00) === 0xdc00) {
        code = 0x10000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
        i++;
      } else code = 0xfffd;
    }
    let shift = code < 0x800 ? 6 : code < 0x10000 ? 12 : 18;
    // As many ones as there are bytes, then a zero; the array keeps the low eight bits.
    bytes[at++] = (0xf80 >> (shift / 6)) | (code >> shift);
    while (shift > 0) {
      shift -= 6;
      bytes[at++] = 0x80 | ((code >> shift) & 0x3f);
    }
  }
  return bytes.slice(0, at);
}

/**
 * The text of UTF-8 `bytes`, as TextDecoder gives it: each longest beginning of a sequence that is not continued
 * becomes one U+FFFD, and decoding goes on with the byte that did not fit (WHATWG Encoding, "UTF-8 decoder").
 */
export function utf8Decode(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  while (i < bytes.length) {
    const first = bytes[i++];
    const more = first < 0xc2 || first > 0xf4 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    // The second byte's range keeps out overlong forms, surrogates and what is beyond U+10FFFF.
    let least = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
    let most = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
    let code = more ? first & (0x3f >> more) : first < 0x80 ? first : 0xfffd;
    for (let left = more; left > 0; left--) {
      if (!(bytes[i] >= least && bytes[i] <= most)) {
        code = 0xfffd;
        break;
      }
      code = (code << 6) | (bytes[i++] & 0x3f);
      least = 0x80;
      most = 0xbf;
    }
    text +=
      code < 0x10000
        ? String.fromCharCode(code)
        : String.fromCharCode(0xd7c0 + (code >> 10), 0xdc00 + (code & 0x3ff));
  }
  return text;
}
