/**
 * What firmware imports: `import { createEndpoint } from 'rproc-sdk/runtime'`. Everything works from the first
 * line of the entry on; endpoints made before the host is up are announced when it is.
 * @module rproc-sdk/runtime
 */
export type { DeclaredResource } from './abi/declared-resource.js';
export { RPMSG_ADDR_ANY } from './abi/rpmsg.js';
export type { ServiceName } from './abi/services.js';
/** For payloads of vendor entries: one format for the configuration and the firmware. */
export {
  array,
  bytes,
  cstring,
  type Field,
  type FieldType,
  type Shape,
  type Struct,
  struct,
  type Unpacked,
  u8,
  u16,
  u32,
  u64,
  type Value,
} from './abi/struct.js';
export { utf8Decode as decodeText, utf8Encode as encodeText } from './abi/utf8.js';
export { createEndpoint, rpmsgDevice, vdevs } from './devices.js';
export {
  type CarveoutHandle,
  type DevmemHandle,
  type EntryHandle,
  type HandleKinds,
  type ResourcesOf,
  resourcesOf,
  type TraceHandle,
} from './resources.js';
export { HeldMessage, TxBuffer } from './rpmsg/buffers.js';
export { Canceller, type CancelSignal } from './rpmsg/canceller.js';
export type { RpmsgDevice } from './rpmsg/device.js';
export type { Endpoint, EndpointOptions, MessageHandler } from './rpmsg/endpoint.js';
export type { RpmsgCounters } from './rpmsg/rings-interface.js';
export { createRaw, type Raw, type RawOptions, type RawReply } from './services/raw.js';
export { createTty, type Tty, type TtyOptions } from './services/tty.js';
export { onStop, type StopHandler, type StopReason } from './stop.js';
export type { Vdev, VdevDriver } from './virtio/vdev.js';
export type { Virtqueue } from './virtio/virtqueue.js';

declare global {
  /**
   * Lines go into the first trace buffer, which Linux shows as trace0. Each line of what `debug`, `warn` and `error` print
   * begins with "debug: ", "warning: " or "error: ".
   */
  interface Console {
    log(...values: unknown[]): void;
    info(...values: unknown[]): void;
    debug(...values: unknown[]): void;
    warn(...values: unknown[]): void;
    error(...values: unknown[]): void;
  }
  var console: Console;
  function setTimeout(callback: (...args: any[]) => void, ms?: number, ...args: any[]): number;
  function setInterval(callback: (...args: any[]) => void, ms?: number, ...args: any[]): number;
  function clearTimeout(id?: number): void;
  function clearInterval(id?: number): void;
}
