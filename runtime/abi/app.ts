/**
 * What `.rproc.app` holds: a header that a simulated core and a native start-up find in loaded memory, and
 * behind it the program. Version 1; `header_len` lets later versions grow the header.
 */
import { struct, u8, u16, u32 } from './struct.js';

export const AppHeader = struct('rproc_app', {
  magic: u32,
  version: u16,
  header_len: u16,
  kind: u8,
  engine: u8,
  reserved: u16,
  /** Bytes of the payload that follows the header. */
  length: u32,
  /** CRC-32 (IEEE 802.3) of the payload. */
  crc32: u32,
  /** Device address of the linked resource table; a relocation fills it in. */
  table_da: u32,
  table_len: u32,
  pad: u32,
});

/** "RPAP" in memory order. */
export const APP_MAGIC = 0x50415052;
export const APP_VERSION = 1;
/** The header starts at a multiple of this. */
export const APP_ALIGN = 16;

/** JavaScript source text, UTF-8. */
export const APP_KIND_SOURCE = 1;
/** Engine bytecode; the header goes on with `AppBytecode` (native.ts). */
export const APP_KIND_BYTECODE = 2;
export const APP_ENGINE_QUICKJS = 1;
export const APP_ENGINE_ESPRUINO = 2;

/** Names of the sections that the SDK writes and readers look for. */
export const SECTION_TABLE = '.resource_table';
export const SECTION_APP = '.rproc.app';
export const SECTION_TRACE = '.rproc.trace';
export const SECTION_SOURCEMAP = '.rproc.sourcemap';
/** Not loaded: the source text that a bytecode payload was compiled from, for cores that cannot run the bytecode. */
export const SECTION_PROGRAM = '.rproc.program';
/** JSON text of the program's original sources, where the build was asked for them. */
export const SECTION_SOURCE = '.rproc.source';
export const SECTION_NOTE = '.note.rproc';

/** CRC-32 as in IEEE 802.3, zlib and PNG. */
export function crc32(data: Uint8Array): number {
  let crc = -1;
  for (let i = 0; i < data.length; i++) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ data[i]) & 0xff];
  return ~crc >>> 0;
}

const CRC_TABLE = (() => {
  const table = new Int32Array(256);
  for (let n = 0; n < 256; n++) {
    let c = n;
    for (let bit = 0; bit < 8; bit++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
    table[n] = c;
  }
  return table;
})();
