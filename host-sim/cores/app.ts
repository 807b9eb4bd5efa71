/** Finds the program in loaded memory, as a core does: what was not loaded is not run. */
import { APP_ALIGN, APP_MAGIC, APP_VERSION, AppHeader, crc32 } from '../../runtime/abi/app.js';
import type { Unpacked } from '../../runtime/abi/struct.js';
import type { SocMemory } from '../soc/memory.js';

export interface LoadedApp {
  readonly header: Unpacked<typeof AppHeader>;
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
      if (header.header_len < AppHeader.size || start + header.length > bytes.length) {
        damaged(`${where} claims ${header.length} bytes, more than is loaded`);
        continue;
      }
      const payload = bytes.slice(start, start + header.length);
      if (crc32(payload) !== header.crc32) {
        damaged(`${where} is damaged: its CRC-32 does not match`);
        continue;
      }
      return { header, payload };
    }
  }
  return undefined;
}
