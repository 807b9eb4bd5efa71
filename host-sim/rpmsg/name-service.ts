/** drivers/rpmsg/rpmsg_ns.c: announcements of the remote become channels. */
import { RPMSG_NS_ADDR, RPMSG_NS_DESTROY, RpmsgNsMsg } from '../../runtime/abi/rpmsg.js';
import { EINVAL } from '../errno.js';
import type { Kernel } from '../kernel.js';
import type { Device } from '../printk.js';
import type { RpmsgCallback, RpmsgEndpoint } from './channel.js';

/** What the name service needs of the device that it serves. */
export interface NameServed {
  readonly vdev: Device;
  createEpt(callback: RpmsgCallback, addr?: number): RpmsgEndpoint | undefined;
  createChannel(name: string, dst: number): boolean;
  destroyChannel(name: string, dst: number): boolean;
}

export function openNameService({ log }: Kernel, device: NameServed): void {
  device.createEpt((data) => {
    const { vdev } = device;
    if (data.length !== RpmsgNsMsg.size) {
      log.err(vdev, `malformed ns msg (${data.length})`);
      return;
    }
    // The receiver forces a NUL into the last byte of the name.
    const message = data.slice();
    message[RpmsgNsMsg.offset.addr - 1] = 0;
    const { name, addr, flags } = RpmsgNsMsg.unpack(message);
    const destroy = (flags & RPMSG_NS_DESTROY) !== 0;
    log.info(vdev, `${destroy ? 'destroy' : 'creat'}ing channel ${name} addr 0x${addr.toString(16)}`);
    if (destroy) {
      if (!device.destroyChannel(name, addr)) log.err(vdev, `rpmsg_destroy_channel failed: ${-EINVAL}`);
    } else if (!device.createChannel(name, addr)) {
      log.err(vdev, 'rpmsg_create_channel failed');
    }
  }, RPMSG_NS_ADDR);
}
