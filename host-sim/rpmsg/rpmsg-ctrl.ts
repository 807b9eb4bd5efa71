/** drivers/rpmsg/rpmsg_ctrl.c: /dev/rpmsg_ctrlN, where programs make endpoints and channels. */
import { RPMSG_NAME_SIZE } from '../../runtime/abi/rpmsg.js';
import { cstring, struct, u32 } from '../../runtime/abi/struct.js';
import { EPOLLIN, EPOLLOUT, type OpenFile } from '../dev-nodes.js';
import { EFAULT, EINVAL, ENXIO } from '../errno.js';
import { IdAllocator } from '../kernel.js';
import type { ChannelInfo, RpmsgChannel, RpmsgCore, RpmsgDriver } from './channel.js';
import type { EptDevice, RpmsgChar } from './rpmsg-char.js';

/** Argument of the ioctls (include/uapi/linux/rpmsg.h). */
export const RpmsgEndpointInfo = struct('rpmsg_endpoint_info', {
  name: cstring(RPMSG_NAME_SIZE),
  src: u32,
  dst: u32,
});

/** A new /dev/rpmsgN. */
export const RPMSG_CREATE_EPT_IOCTL = 0x4028b501;
/** A new channel of the host; announced when its address is fixed. */
export const RPMSG_CREATE_DEV_IOCTL = 0x4028b503;
/** Takes a channel away. */
export const RPMSG_RELEASE_DEV_IOCTL = 0x4028b504;

/** What poll(2) says of a file without such an operation. */
const DEFAULT_POLLMASK = EPOLLIN | EPOLLOUT;

/** The driver; its nodes make endpoint devices with `chars`. */
export function rpmsgCtrl(core: RpmsgCore, chars: RpmsgChar): RpmsgDriver {
  const ids = new IdAllocator();
  const bound = new Map<RpmsgChannel, CtrlDevice>();
  return {
    name: 'rpmsg_ctrl',
    probe(channel) {
      bound.set(channel, new CtrlDevice(core, chars, ids, channel));
      return 0;
    },
    remove(channel) {
      bound.get(channel)!.remove();
      bound.delete(channel);
    },
  };
}

/** `struct rpmsg_ctrldev` */
class CtrlDevice {
  private readonly id: number;
  private readonly name: string;
  private readonly endpoints: EptDevice[] = [];
  private opened = 0;

  constructor(
    private readonly core: RpmsgCore,
    private readonly chars: RpmsgChar,
    private readonly ids: IdAllocator,
    private channel: RpmsgChannel | undefined,
  ) {
    this.id = ids.next();
    this.name = `rpmsg_ctrl${this.id}`;
    chars.nodes.dev.register(`/dev/${this.name}`, { open: () => this.open() });
  }

  /** Any number of programs at a time; it can neither be read nor written. */
  private open(): OpenFile {
    this.opened++;
    return {
      read: () => -EINVAL,
      write: () => -EINVAL,
      poll: () => DEFAULT_POLLMASK,
      ioctl: (cmd, arg) => this.ioctl(cmd, arg),
      close: () => {
        this.opened--;
        this.release();
        return 0;
      },
    };
  }

  /** `rpmsg_ctrldev_ioctl()` */
  private ioctl(cmd: number, arg: Uint8Array | number): number {
    if (typeof arg === 'number' || arg.length < RpmsgEndpointInfo.size) return -EFAULT;
    const bytes = arg.slice(0, RpmsgEndpointInfo.size);
    bytes[RPMSG_NAME_SIZE - 1] = 0;
    const info = RpmsgEndpointInfo.unpack(bytes);
    switch (cmd) {
      case RPMSG_CREATE_EPT_IOCTL:
        this.endpoints.push(this.chars.create(this.channel, info));
        return 0;
      case RPMSG_CREATE_DEV_IOCTL:
        if (this.core.createChannel(this.channel, info)) return 0;
        this.err(`failed to create ${info.name} channel`);
        return -ENXIO;
      case RPMSG_RELEASE_DEV_IOCTL:
        return this.releaseChannel(info);
      default:
        return -EINVAL;
    }
  }

  private releaseChannel(info: ChannelInfo): number {
    const result = this.core.releaseChannel(this.channel, info);
    if (result !== 0) this.err(`failed to release ${info.name} channel (${result})`);
    return result;
  }

  /** `rpmsg_ctrldev_remove()` */
  remove(): void {
    this.channel = undefined;
    for (const device of this.endpoints) device.destroy();
    this.chars.nodes.dev.unregister(`/dev/${this.name}`);
    this.release();
  }

  /** The number is free again when the node is gone and nobody holds a file of it. */
  private release(): void {
    if (!this.channel && this.opened === 0) this.ids.free(this.id);
  }

  private err(text: string): void {
    this.core.kernel.log.err({ prefix: `rpmsg ${this.name}` }, text);
  }
}
