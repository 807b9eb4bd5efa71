/** The devices of this image's resource table: where endpoints and drivers of this side start from. */
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
