/** What the runtime weighs in a release build of a program that does nothing with it but listen. */
import { fileURLToPath } from 'node:url';
import { bundleFirmware } from '../../../sdk/bundle/bundle.js';
import { loadFirmware } from '../../../sdk/config/load.js';

/** Bytes that the stack may weigh, the program's own few included: cores with 64 KiB of RAM must hold it. */
export const STACK_LIMIT = 16384;

/** UTF-8 bytes of the minified program. */
export async function weighStack(): Promise<number> {
  const firmware = await loadFirmware(fileURLToPath(new URL('.', import.meta.url)));
  const { program } = await bundleFirmware(firmware);
  return Buffer.byteLength(program.code);
}
