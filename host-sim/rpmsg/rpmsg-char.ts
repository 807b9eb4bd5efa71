/** drivers/rpmsg/rpmsg_char.c: /dev/rpmsgN, an endpoint for programs. */
import { type DevNodes, EPOLLERR, EPOLLIN, O_NONBLOCK, type OpenFile } from '../dev-nodes.js';
import { EAGAIN, EBUSY, EFAULT, EINVAL, ENETRESET, ENOMEM, EPIPE, ERESTARTSYS } from '../errno.js';
import { IdAllocator, type Kernel } from '../kernel.js';
import type { Sysfs } from '../sysfs.js';
import type { ChannelInfo, RpmsgChannel, RpmsgCore, RpmsgDriver, RpmsgEndpoint } from './channel.js';

/** ioctls of /dev/rpmsgN (include/uapi/linux/rpmsg.h). */
export const RPMSG_DESTROY_EPT_IOCTL = 0xb502;
/** Reads an int: 1 while the remote wants nothing; not in 6.1. */
export const RPMSG_GET_OUTGOING_FLOWCONTROL = 0x8004b505;
/** Argument 0 or 1; not in 6.1. */
export const RPMSG_SET_INCOMING_FLOWCONTROL = 0x8004b506;

/** Where devices of the class show their attributes. */
const CLASS = '/sys/class/rpmsg';

/** What the character devices of one system share. */
export interface Nodes {
  readonly kernel: Kernel;
  readonly core: RpmsgCore;
  readonly dev: DevNodes;
  readonly sysfs: Sysfs;
}

/** The driver rpmsg_chrdev, and what rpmsg_ctrl needs of its module. */
export class RpmsgChar {
  private readonly ids = new IdAllocator();
  private readonly bound = new Map<RpmsgChannel, EptDevice>();

  constructor(
    /** @internal */
    readonly nodes: Nodes,
  ) {}

  /** Binds channels named `rpmsg-raw`, from 6.12 on also `rpmsg_chrdev`. */
  driver(): RpmsgDriver {
    const { version } = this.nodes.kernel;
    return {
      name: 'rpmsg_chrdev',
      idTable: version === '6.1' ? ['rpmsg-raw'] : ['rpmsg-raw', 'rpmsg_chrdev'],
      probe: (channel) => {
        const device = new EptDevice(this.nodes, this.ids, channel, channel, channel.ept);
        this.bound.set(channel, device);
        return 0;
      },
      // The device is there before the first message can be.
      callback: (channel, data) => this.bound.get(channel)!.queue.push(data.slice()),
      remove: (channel) => {
        this.bound.get(channel)!.destroy();
        this.bound.delete(channel);
      },
    };
  }

  /**
   * `rpmsg_chrdev_eptdev_create()`: a node whose endpoint exists while it is open.
   * @internal
   */
  create(channel: RpmsgChannel | undefined, info: ChannelInfo): EptDevice {
    return new EptDevice(this.nodes, this.ids, channel, info, undefined);
  }
}

/** `struct rpmsg_eptdev` */
export class EptDevice {
  /** Messages that wait to be read; there is no limit. */
  readonly queue: Uint8Array[] = [];
  private readonly id: number;
  /** `rpmsg0` */
  private readonly name: string;
  /** As of its creation. */
  private readonly info: ChannelInfo;
  private ept: RpmsgEndpoint | undefined;
  private gone = false;
  private opened = 0;

  constructor(
    private readonly nodes: Nodes,
    private readonly ids: IdAllocator,
    private channel: RpmsgChannel | undefined,
    { name, src, dst }: ChannelInfo,
    private readonly defaultEpt: RpmsgEndpoint | undefined,
  ) {
    this.info = { name, src, dst };
    this.id = ids.next();
    this.name = `rpmsg${this.id}`;
    nodes.dev.register(`/dev/${this.name}`, { open: (flags) => this.open(flags) });
    nodes.sysfs.add(`${CLASS}/${this.name}`, {
      name: { show: () => `${name}\n` },
      src: { show: () => `${src | 0}\n` },
      dst: { show: () => `${dst | 0}\n` },
    });
  }

  /** `rpmsg_eptdev_open()` */
  private open(flags: number): OpenFile | number {
    if (!this.channel) return -ENETRESET;
    if (this.ept) return -EBUSY;
    const queue = (data: Uint8Array) => this.queue.push(data.slice());
    const ept = this.defaultEpt ?? this.nodes.core.createEpt(this.channel, queue, this.info);
    if (!ept) {
      this.nodes.kernel.log.err({ prefix: `rpmsg ${this.name}` }, `failed to open ${this.info.name}`);
      return -EINVAL;
    }
    this.ept = ept;
    this.opened++;
    const nonblock = (flags & O_NONBLOCK) !== 0;
    return {
      read: (len) => this.read(len, nonblock),
      write: (data) => this.write(data, nonblock),
      poll: () => this.poll(),
      ioctl: (cmd, arg) => this.ioctl(cmd, arg),
      close: () => this.close(),
    };
  }

  /** `rpmsg_eptdev_read_iter()`: one message; what does not fit is lost. */
  private read(len: number, nonblock: boolean): Uint8Array | number {
    if (!this.ept) return -EPIPE;
    if (this.queue.length === 0) {
      if (nonblock) return -EAGAIN;
      if (!this.nodes.dev.wait(() => this.queue.length > 0 || !this.ept)) return -ERESTARTSYS;
      if (!this.ept) return -EPIPE;
    }
    return this.queue.shift()!.subarray(0, len);
  }

  /** `rpmsg_eptdev_write_iter()` */
  private write(data: Uint8Array, nonblock: boolean): number {
    if (!this.ept) return -EPIPE;
    const { dst } = this.info;
    let result = nonblock ? this.ept.trysendto(data, dst) : this.ept.sendto(data, dst);
    if (nonblock && result === -ENOMEM) result = -EAGAIN;
    return result < 0 ? result : data.length;
  }

  /** `rpmsg_eptdev_poll()`; EPOLLPRI would need a transport with flow control. */
  private poll(): number {
    if (!this.ept) return EPOLLERR;
    return (this.queue.length > 0 ? EPOLLIN : 0) | this.nodes.core.poll(this.ept);
  }

  /** `rpmsg_eptdev_ioctl()` */
  private ioctl(cmd: number, arg: Uint8Array | number): number {
    if (cmd === RPMSG_DESTROY_EPT_IOCTL) {
      if (this.defaultEpt) return -EINVAL;
      this.destroy();
      return 0;
    }
    if (this.nodes.kernel.version === '6.1') return -EINVAL;
    if (cmd === RPMSG_GET_OUTGOING_FLOWCONTROL) {
      if (typeof arg === 'number' || arg.length < 4) return -EFAULT;
      // virtio has no flow control: the remote never asked for a pause.
      arg.fill(0, 0, 4);
      return 0;
    }
    if (cmd === RPMSG_SET_INCOMING_FLOWCONTROL) {
      if (typeof arg !== 'number' || arg > 1) return -EINVAL;
      return this.nodes.core.setFlowControl(this.ept, arg === 1, this.info.dst);
    }
    return -EINVAL;
  }

  /** `rpmsg_eptdev_release()` */
  private close(): number {
    if (this.ept && !this.defaultEpt) this.ept.destroy();
    this.ept = undefined;
    this.queue.length = 0;
    this.opened--;
    this.release();
    return 0;
  }

  /** `rpmsg_chrdev_eptdev_destroy()`: the node goes, files that are open stay without an endpoint. */
  destroy(): void {
    if (this.gone) return;
    this.gone = true;
    this.channel = undefined;
    // The default endpoint is the channel's own.
    if (this.ept && !this.defaultEpt) this.ept.destroy();
    this.ept = undefined;
    this.nodes.dev.unregister(`/dev/${this.name}`);
    this.nodes.sysfs.remove(`${CLASS}/${this.name}`);
    this.release();
  }

  /** The number is free again when the node is gone and nobody holds a file of it. */
  private release(): void {
    if (this.gone && this.opened === 0) this.ids.free(this.id);
  }
}
