/** Builders of resources. Each remembers where it was called, for messages about it. */
import type { CarveoutResource, DevmemResource, TraceResource } from './memory.js';
import type { RpmsgVdevResource, VdevResource } from './vdev.js';
import type { RawResource, VendorResource } from './vendor.js';

/** An entry of the resource table. */
export type Resource =
  | CarveoutResource
  | DevmemResource
  | TraceResource
  | VdevResource
  | RpmsgVdevResource
  | VendorResource
  | RawResource;

/** A resource that is a virtio device. */
export type AnyVdev = VdevResource | RpmsgVdevResource;

export function isVdev(resource: Resource): resource is AnyVdev {
  return resource.kind === 'vdev' || resource.kind === 'rpmsgVdev';
}

export { atImageEnd, atSection, atSymbol, isLinkedAddress, type LinkedAddress } from './linked-address.js';
export {
  type CarveoutOptions,
  type CarveoutResource,
  carveout,
  type DevmemOptions,
  type DevmemResource,
  devmem,
  type TraceOptions,
  type TraceResource,
  trace,
} from './memory.js';
export {
  type FeatureBit,
  type RpmsgVdevOptions,
  type RpmsgVdevResource,
  rpmsgVdev,
  type VdevOptions,
  type VdevResource,
  type VringAlign,
  type VringDeclaration,
  type VringNum,
  type VringOptions,
  vdev,
  vringsOf,
} from './vdev.js';
export {
  type LinkableValue,
  type PayloadLink,
  type RawOptions,
  type RawResource,
  raw,
  type VendorOptions,
  type VendorResource,
  vendor,
} from './vendor.js';
