/** Firmware for Espruino as tests build it: in memory, from the folders of examples and conformance programs. */
import { type BundledImage, bundleFirmware } from '../../sdk/bundle/bundle.js';
import type { Firmware } from '../../sdk/config/firmware.js';
import { loadFirmware } from '../../sdk/config/load.js';

/** Bundles the project in `dir` for `engine`. */
export async function bundle(
  dir: string,
  engine: Firmware['engine'],
  more: Partial<Firmware> = {},
  board = 'virt-m4',
): Promise<BundledImage> {
  return bundleFirmware({ ...(await loadFirmware(dir, board)), engine, ...more });
}
