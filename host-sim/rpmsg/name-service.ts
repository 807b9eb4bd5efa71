/** drivers/rpmsg/rpmsg_ns.c: announcements of the remote become channels. */
import { RPMSG_ADDR_ANY, RPMSG_NS_ADDR, RPMSG_NS_DESTROY, RpmsgNsMsg } from '../../runtime/abi/rpmsg.js';
import { ENOMEM } from '../errno.js';
import type { Kernel } from '../kernel.js';
import type { RpmsgChannel, RpmsgDriver } from './channel.js';

/** The driver; while it is not loaded, announcements have no recipient. */
export function rpmsgNs(kernel: Kernel): RpmsgDriver {
  return {
    name: 'rpmsg_ns',
    probe(channel) {
      channel.ept = channel.createEpt((data) => announced(kernel, channel, data), RPMSG_NS_ADDR);
      if (channel.ept) return 0;
      kernel.log.err(channel, 'failed to create the ns ept');
      return -ENOMEM;
    },
  };
}

/** `rpmsg_ns_cb()` */
function announced({ log }: Kernel, channel: RpmsgChannel, data: Uint8Array): void {
  // The messages are the parent's, the virtio device's.
  const vdev = { prefix: `virtio_rpmsg_bus ${channel.deviceName.split('.')[0]}` };
  log.hexDump('NS announcement', data);
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
  const info = { name, src: RPMSG_ADDR_ANY, dst: addr };
  if (destroy) {
    const result = channel.releaseChannel(info);
    if (result < 0) log.err(vdev, `rpmsg_destroy_channel failed: ${result}`);
  } else if (!channel.createChannel(info)) {
    log.err(vdev, 'rpmsg_create_channel failed');
  }
}
