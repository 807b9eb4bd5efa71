/** What the runtime weighs in a release build of a program that does nothing with it but listen. */
import { fileURLToPath } from 'node:url';
import { bundleFirmware } from '../../../sdk/bundle/bundle.js';
import type { EngineName } from '../../../sdk/config/engine.js';
import { loadFirmware } from '../../../sdk/config/load.js';

/** Bytes that the stack may weigh, the program's own few included: cores with 64 KiB of RAM must hold it. */
export const STACK_LIMIT = 16384;
/** The same program for Espruino, lowered and with its own promises. */
export const STACK_LIMIT_ESPRUINO = 20480;

/** UTF-8 bytes of the minified program. */
export async function weighStack(engine: EngineName = 'quickjs'): Promise<number> {
  const firmware = await loadFirmware(fileURLToPath(new URL('.', import.meta.url)));
  const { program } = await bundleFirmware({ ...firmware, engine });
  return Buffer.byteLength(program.code);
}
