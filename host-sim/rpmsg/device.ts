/** `struct rpmsg_device` as virtio_rpmsg_bus.c makes them: a channel, the control device, the name service. */

import { RPMSG_ADDR_ANY } from '../../runtime/abi/rpmsg.js';
import { EINVAL } from '../errno.js';
import type { Attributes } from '../sysfs.js';
import type {
  ChannelInfo,
  RpmsgCallback,
  RpmsgChannel,
  RpmsgCore,
  RpmsgDriver,
  RpmsgEndpoint,
} from './channel.js';

/** `struct rpmsg_device_ops`: what the device's transport does for it. */
export interface DeviceOps {
  readonly core: RpmsgCore;
  /** The parent's name: `virtio0`. */
  readonly parent: string;
  createEpt(channel: RpmsgChannel, callback: RpmsgCallback, addr: number): RpmsgEndpoint | undefined;
  createChannel(info: ChannelInfo): RpmsgChannel | undefined;
  releaseChannel(info: ChannelInfo): number;
  /** Tells the remote that a driver is bound, or no longer: 0 or a negative errno. */
  announce(channel: RpmsgChannel, flags: number): number;
}

/** A page less one, which is what `driver_override` can hold. */
const MOST_OVERRIDE = 4095;

export class RpmsgDevice implements RpmsgChannel {
  readonly name: string;
  readonly deviceName: string;
  readonly dst: number;
  readonly announce: boolean;
  readonly core: RpmsgCore;
  src: number;
  ept: RpmsgEndpoint | undefined;
  driver: RpmsgDriver | undefined;
  driverOverride: string | undefined;
  /** Not a channel: the control device or the name service. */
  readonly isInternal: boolean;

  constructor(
    readonly ops: DeviceOps,
    info: ChannelInfo,
    options: { readonly announce?: boolean; readonly driverOverride?: string } = {},
  ) {
    this.core = ops.core;
    this.name = info.name;
    this.src = info.src;
    this.dst = info.dst;
    this.announce = options.announce ?? false;
    this.driverOverride = options.driverOverride;
    this.isInternal = options.driverOverride !== undefined;
    // dev_set_name("%s.%s.%d.%d"): signed addresses, no slashes, and src is not followed later.
    const name = info.name.replaceAll('/', '!');
    this.deviceName = `${ops.parent}.${name}.${info.src | 0}.${info.dst | 0}`;
  }

  /** `dev_driver_string()`: the driver's name while there is one, else the bus. */
  get prefix(): string {
    return `${this.driver?.name ?? 'rpmsg'} ${this.deviceName}`;
  }

  createEpt(callback: RpmsgCallback, addr: number = RPMSG_ADDR_ANY): RpmsgEndpoint | undefined {
    return this.ops.createEpt(this, callback, addr);
  }

  createChannel(info: ChannelInfo): RpmsgChannel | undefined {
    return this.ops.createChannel(info);
  }

  releaseChannel(info: ChannelInfo): number {
    return this.ops.releaseChannel(info);
  }

  /** `rpmsg_device_match()`: RPMSG_ADDR_ANY fits every address. */
  fits({ name, src, dst }: ChannelInfo): boolean {
    return (
      (src === RPMSG_ADDR_ANY || src === this.src) &&
      (dst === RPMSG_ADDR_ANY || dst === this.dst) &&
      name === this.name
    );
  }

  /** The files of /sys/bus/rpmsg/devices/NAME. */
  attributes(): Attributes {
    return {
      name: { show: () => `${this.name}\n` },
      src: { show: () => `0x${this.src.toString(16)}\n` },
      dst: { show: () => `0x${this.dst.toString(16)}\n` },
      announce: { show: () => `${this.announce}\n` },
      modalias: { show: () => `rpmsg:${this.name}\n` },
      driver_override: {
        show: () => `${this.driverOverride ?? '(null)'}\n`,
        store: (text) => this.setOverride(text),
      },
    };
  }

  /** `driver_set_override()`: the first line; an empty one takes the override back. */
  private setOverride(text: string): number {
    if (text.length >= MOST_OVERRIDE) return -EINVAL;
    const [line] = text.split('\n');
    this.driverOverride = line === '' ? undefined : line;
    return text.length;
  }
}
