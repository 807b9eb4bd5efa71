/**
 * What firmware imports: `import { createEndpoint } from 'rproc-sdk/runtime'`. Everything works from the first
 * line of the entry on; endpoints made before the host is up are announced when it is.
 * @module rproc-sdk/runtime
 */
import { current } from './current.js';
import type { RpmsgDevice } from './rpmsg/device.js';
import type { Endpoint, EndpointOptions, MessageHandler } from './rpmsg/endpoint.js';
import type { Vdev } from './virtio/vdev.js';

/**
 * Makes an endpoint on the first rpmsg device and announces it by its name.
 * Throws RangeError for a name of more than 31 bytes, Error for an address in use.
 */
export function createEndpoint(options: EndpointOptions, onMessage: MessageHandler): Endpoint {
  return rpmsgDevice(0).createEndpoint(options, onMessage);
}

/** The rpmsg device of the `index`-th vdev with id 7; throws when the resource table has none. */
export function rpmsgDevice(index = 0): RpmsgDevice {
  const device = current().rpmsg[index];
  if (!device)
    throw new Error('the resource table has no rpmsg vdev ' + index + ': add rpmsgVdev() to resources');
  return device;
}

/** The virtio devices of the resource table, in its order. */
export function vdevs(): readonly Vdev[] {
  return current().vdevs;
}

export type { DeclaredResource } from './abi/declared-resource.js';
export { RPMSG_ADDR_ANY } from './abi/rpmsg.js';
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
export type { Vdev, VdevDriver } from './virtio/vdev.js';
export type { Virtqueue } from './virtio/virtqueue.js';

declare global {
  /** Lines go into the first trace buffer, which Linux shows as trace0. */
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
