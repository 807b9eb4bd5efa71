/** Finds the program in loaded memory, as a core does: what was not loaded is not run. */
import { createHash } from 'node:crypto';
import {
  APP_ALIGN,
  APP_KIND_BYTECODE,
  APP_MAGIC,
  APP_VERSION,
  AppHeader,
  crc32,
  SECTION_PROGRAM,
} from '../../runtime/abi/app.js';
import { AppBytecode } from '../../runtime/abi/native.js';
import type { Unpacked } from '../../runtime/abi/struct.js';
import { findSection } from '../remoteproc/elf-helpers.js';
import type { SocMemory } from '../soc/memory.js';

export interface LoadedApp {
  readonly header: Unpacked<typeof AppHeader>;
  /** The rest of the header where the payload is bytecode. */
  readonly bytecode: Unpacked<typeof AppBytecode> | undefined;
  readonly payload: Uint8Array;
}

/** The first app header with an intact payload, or undefined. A damaged one is told in `damaged`. */
export function findApp(memory: SocMemory, damaged: (what: string) => void): LoadedApp | undefined {
  for (const { pa, bytes } of memory.backed()) {
    const words = new DataView(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + AppHeader.size <= bytes.length; at += APP_ALIGN) {
      if (words.getUint32(at, true) !== APP_MAGIC) continue;
      const header = AppHeader.unpack(bytes, at);
      const where = `program at physical address 0x${(pa + at).toString(16)}`;
      if (header.version !== APP_VERSION) {
        damaged(`${where} has header version ${header.version}, this core knows ${APP_VERSION}`);
        continue;
      }
      const start = at + header.header_len;
      const isBytecode = header.kind === APP_KIND_BYTECODE;
      const least = isBytecode ? AppHeader.size + AppBytecode.size : AppHeader.size;
      if (header.header_len < least) {
        damaged(`${where} is damaged: its header has ${header.header_len} bytes of at least ${least}`);
        continue;
      }
      if (start + header.length > bytes.length) {
        damaged(`${where} claims ${header.length} bytes, more than is loaded`);
        continue;
      }
      const payload = bytes.slice(start, start + header.length);
      if (crc32(payload) !== header.crc32) {
        damaged(`${where} is damaged: its CRC-32 does not match`);
        continue;
      }
      const bytecode = isBytecode ? AppBytecode.unpack(bytes, at + AppHeader.size) : undefined;
      return { header, bytecode, payload };
    }
  }
  return undefined;
}

/**
 * The text of a program, for cores that cannot run bytecode: the payload itself, or what the file `image` carries beside the
 * bytecode, once its hash is the one in the loaded header.
 */
export function sourceOf(
  { payload, bytecode }: LoadedApp,
  image: Uint8Array,
): { readonly text: Uint8Array } | { readonly refusal: string } {
  if (!bytecode) return { text: payload };
  const refusal = (why: string) => ({
    refusal: `the program is bytecode, and this core runs source: ${SECTION_PROGRAM} ${why}`,
  });
  const text = findSection(image, SECTION_PROGRAM);
  if (!text) return refusal('is not in the image, as after build --strip; native cores need no source');
  const { source_hash: expected } = bytecode;
  const hash = createHash('sha256').update(text).digest().subarray(0, expected.length);
  if (!hash.equals(expected)) return refusal('holds the text of another program, its SHA-256 differs');
  return { text };
}
