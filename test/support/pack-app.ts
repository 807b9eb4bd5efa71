/** `.rproc.app` as a build makes it, with whatever a test wants to be different in its header. */
import {
  APP_ENGINE_QUICKJS,
  APP_KIND_SOURCE,
  APP_MAGIC,
  APP_VERSION,
  AppHeader,
  crc32,
} from '../../runtime/abi/app.js';
import { concat } from './sim-images.js';

export type AppFields = Partial<Parameters<typeof AppHeader.pack>[0]>;

/** Header and source. The header leads to no table unless `fields` says where one is. */
export function packApp(source: string, fields: AppFields = {}): Uint8Array {
  const payload = new Uint8Array(Buffer.from(source));
  const header = {
    magic: APP_MAGIC,
    version: APP_VERSION,
    header_len: AppHeader.size,
    kind: APP_KIND_SOURCE,
    engine: APP_ENGINE_QUICKJS,
    reserved: 0,
    length: payload.length,
    crc32: crc32(payload),
    table_da: 0,
    table_len: 0,
    pad: 0,
  };
  return concat(AppHeader.pack({ ...header, ...fields }), payload);
}
