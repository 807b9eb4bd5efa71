/**
 * Espruino's Storage, where it looks for saved code: files one after the other, each a header and its bytes, up to memory that reads
 * as erased flash. The header is 32 bytes: u32 length with flags in the top byte, and the name in 28 bytes padded with zeroes
 * (src/jsflash.h, JsfFileHeader). Files begin at multiples of 8.
 */

export const STORAGE_HEADER_SIZE = 32;
const NAME_SIZE = 28;
const ERASED = 0xff;

/** What `E.setBootCode(code)` writes to, and what runs when Espruino starts. */
export const BOOT_CODE_FILE = '.bootcde';
/** Holds the app header, by which a simulated core and `rproc inspect` find the program. */
export const APP_HEADER_FILE = '.rproc';

export function storageHeader(name: string, length: number): Uint8Array {
  const header = new Uint8Array(STORAGE_HEADER_SIZE);
  new DataView(header.buffer).setUint32(0, length, true);
  header.set(new TextEncoder().encode(name).subarray(0, NAME_SIZE), 4);
  return header;
}

/** `length` bytes that nobody has written. */
export function erased(length: number): Uint8Array {
  return new Uint8Array(length).fill(ERASED);
}
