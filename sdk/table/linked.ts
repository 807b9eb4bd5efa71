/** What a resource table needs of the linker. */
import {
  isLinkedAddress,
  isVdev,
  type LinkedAddress,
  type Resource,
  vringsOf,
} from '../config/resources/index.js';
import type { TraceBuffer } from '../link/firmware-map.js';

/** The trace buffers that are sections of the image. */
export function traceBuffers(resources: readonly Resource[]): TraceBuffer[] {
  return resources
    .filter((resource) => resource.kind === 'trace')
    .filter(({ da }) => da === undefined)
    .map(({ name, size, region }) => ({ name, size, region }));
}

/** Every address that the linker fills in, trace buffers of the image aside. */
export function linkedAddresses(resources: readonly Resource[]): LinkedAddress[] {
  return resources.flatMap((resource) => addressesIn(resource).filter(isLinkedAddress));
}

function addressesIn(resource: Resource): (number | LinkedAddress | undefined)[] {
  if (isVdev(resource)) return vringsOf(resource).map(({ da }) => da);
  if (resource.kind === 'vendor') return resource.links.map(({ address }) => address);
  return 'da' in resource ? [resource.da] : [];
}
