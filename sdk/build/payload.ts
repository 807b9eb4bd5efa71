/** What the core gets of a program: its text, or bytecode that the native engine compiled from it. */
import {
  APP_ENGINE_ESPRUINO,
  APP_ENGINE_QUICKJS,
  APP_KIND_BYTECODE,
  APP_KIND_SOURCE,
  APP_MAGIC,
  APP_VERSION,
  AppHeader,
  crc32,
} from '../../runtime/abi/app.js';
import { AppBytecode } from '../../runtime/abi/native.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';

/** The bytes behind the app header, and what the header says of them. */
export type Payload =
  | {
      readonly kind: 'source';
      /** UTF-8. */
      readonly bytes: Uint8Array;
    }
  | {
      /** Source text for Espruino. */
      readonly kind: 'espruino';
      readonly bytes: Uint8Array;
      /** Stands between header and text, and counts as part of the header. */
      readonly headerTail: Uint8Array;
    }
  | {
      readonly kind: 'bytecode';
      readonly bytes: Uint8Array;
      /** 16 bytes: the engine build that compiled it and has to run it. */
      readonly engineHash: Uint8Array;
      /** 16 bytes: `hashOfSource` of the text that it was compiled from. */
      readonly sourceHash: Uint8Array;
    };

export function sourcePayload(code: string): Payload {
  return { kind: 'source', bytes: utf8Encode(code) };
}

/**
 * Header and payload, for `.rproc.app`.
 * @param table device address and bytes of the resource table; address 0 where a relocation fills it in
 */
export function packApp(payload: Payload, table: { readonly da: number; readonly len: number }): Uint8Array {
  const { bytes } = payload;
  const tail = headerTail(payload);
  const headerBytes = AppHeader.size + tail.length;
  const app = new Uint8Array(headerBytes + bytes.length);
  app.set(
    AppHeader.pack({
      magic: APP_MAGIC,
      version: APP_VERSION,
      header_len: headerBytes,
      kind: payload.kind === 'bytecode' ? APP_KIND_BYTECODE : APP_KIND_SOURCE,
      engine: payload.kind === 'espruino' ? APP_ENGINE_ESPRUINO : APP_ENGINE_QUICKJS,
      reserved: 0,
      length: bytes.length,
      crc32: crc32(bytes),
      table_da: table.da,
      table_len: table.len,
      pad: 0,
    }),
  );
  app.set(tail, AppHeader.size);
  app.set(bytes, headerBytes);
  return app;
}

function headerTail(payload: Payload): Uint8Array {
  if (payload.kind === 'bytecode') return packHashes(payload);
  return payload.kind === 'espruino' ? payload.headerTail : new Uint8Array(0);
}

function packHashes({ engineHash, sourceHash }: Payload & { kind: 'bytecode' }): Uint8Array {
  return AppBytecode.pack({ engine_hash: engineHash, source_hash: sourceHash });
}
