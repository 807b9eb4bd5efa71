/** What a host driver sees of rpmsg: include/linux/rpmsg.h, and the calls behind it in drivers/rpmsg/rpmsg_core.c. */
import { EINVAL, ENOTSUPP, ENXIO, EOPNOTSUPP } from '../errno.js';
import type { Kernel } from '../kernel.js';
import type { Device } from '../printk.js';

/** Called with the payload, valid until it returns, and the sender's address. */
export type RpmsgCallback = (data: Uint8Array, src: number) => void;

/** `struct rpmsg_channel_info`: RPMSG_ADDR_ANY stands for an address that is not fixed. */
export interface ChannelInfo {
  /** At most 31 bytes count. */
  readonly name: string;
  /** Address on the host. */
  readonly src: number;
  /** Address on the remote. */
  readonly dst: number;
}

/**
 * `struct rpmsg_endpoint`: an address on the host with a callback. What a kernel or a transport does not have is undefined,
 * as the missing entries of `struct rpmsg_endpoint_ops` are NULL. All sends return 0 or a negative errno.
 */
export interface RpmsgEndpoint {
  /** Address on the host. */
  readonly addr: number;
  /** `rpmsg_send()`: to the channel's peer; may wait up to 15 virtual s for a free buffer. */
  send(data: Uint8Array): number;
  /** `rpmsg_trysend()`: -ENOMEM instead of waiting. */
  trysend(data: Uint8Array): number;
  /** `rpmsg_sendto()`: to any address of the remote; may wait. */
  sendto(data: Uint8Array, dst: number): number;
  /** `rpmsg_trysendto()`: -ENOMEM instead of waiting. */
  trysendto(data: Uint8Array, dst: number): number;
  /** `rpmsg_send_offchannel()`: in another endpoint's name; not in 7.2. */
  readonly sendOffchannel?: (src: number, dst: number, data: Uint8Array) => number;
  /** `rpmsg_trysend_offchannel()`; not in 7.2. */
  readonly trysendOffchannel?: (src: number, dst: number, data: Uint8Array) => number;
  /** EPOLLOUT while a message could be sent without waiting; not in 6.1 and 6.12. */
  readonly poll?: () => number;
  /** `rpmsg_set_flow_control()`; virtio has none. */
  readonly setFlowControl?: (pause: boolean, dst: number) => number;
  /** `rpmsg_get_mtu()`: most bytes of a payload. */
  getMtu(): number;
  /** `rpmsg_destroy_ept()`: frees the address; messages to it are dropped from now on. */
  destroy(): void;
}

/** `struct rpmsg_device`. As a `Device` it prints with its driver's name in front. */
export interface RpmsgChannel extends Device {
  readonly name: string;
  /** `virtio0.rpmsg-client-sample.-1.1024` */
  readonly deviceName: string;
  /** Address on the host; RPMSG_ADDR_ANY until a driver with a callback binds, unless it is fixed. */
  readonly src: number;
  /** Address on the remote. */
  readonly dst: number;
  /** Its name and fixed address are told to the remote while a driver is bound. */
  readonly announce: boolean;
  /** The default endpoint, when the driver has a callback. */
  ept: RpmsgEndpoint | undefined;
  /** The driver that is bound. */
  readonly driver: RpmsgDriver | undefined;
  /** Name of the only driver that may bind; undefined: the id tables decide. */
  driverOverride: string | undefined;
  /** rpmsg_core.c's calls, which take endpoints that may be missing. */
  readonly core: RpmsgCore;
  /** Another endpoint on the same device; undefined when the address is taken. */
  createEpt(callback: RpmsgCallback, addr?: number): RpmsgEndpoint | undefined;
  /** `rpmsg_create_channel()`: a channel beside this one; undefined when there is one like it. */
  createChannel(info: ChannelInfo): RpmsgChannel | undefined;
  /** `rpmsg_release_channel()`: removes the first channel that fits; -EINVAL when none does. */
  releaseChannel(info: ChannelInfo): number;
}

/** `struct rpmsg_driver`: bound to each channel whose name its id table lists. */
export interface RpmsgDriver {
  readonly name: string;
  /** Names of the channels that the driver binds to; without a table only `driver_override` binds it. */
  readonly idTable?: readonly string[];
  /** 0 or a negative errno. */
  probe(channel: RpmsgChannel): number;
  /** A message for the default endpoint; without a callback the channel gets no endpoint. */
  callback?(channel: RpmsgChannel, data: Uint8Array, src: number): void;
  /** The channel goes away: withdrawn by the firmware, its core stopped, or the driver is unloaded. */
  remove?(channel: RpmsgChannel): void;
}

/** An endpoint of any transport: each may lack operations. */
export type AnyEndpoint = Partial<RpmsgEndpoint> | undefined;

/** Checks what a driver gives before the transport does the work. Where the endpoint is missing each call warns and returns -EINVAL; where the transport lacks the operation, -ENXIO. */
export class RpmsgCore {
  constructor(readonly kernel: Kernel) {}

  /** `rpmsg_send()` */
  send(ept: AnyEndpoint, data: Uint8Array): number {
    if (!ept) return this.warnOn('rpmsg_send');
    return ept.send?.(data) ?? -ENXIO;
  }

  /** `rpmsg_trysend()` */
  trysend(ept: AnyEndpoint, data: Uint8Array): number {
    if (!ept) return this.warnOn('rpmsg_trysend');
    return ept.trysend?.(data) ?? -ENXIO;
  }

  /** `rpmsg_sendto()` */
  sendto(ept: AnyEndpoint, data: Uint8Array, dst: number): number {
    if (!ept) return this.warnOn('rpmsg_sendto');
    return ept.sendto?.(data, dst) ?? -ENXIO;
  }

  /** `rpmsg_trysendto()` */
  trysendto(ept: AnyEndpoint, data: Uint8Array, dst: number): number {
    if (!ept) return this.warnOn('rpmsg_trysendto');
    return ept.trysendto?.(data, dst) ?? -ENXIO;
  }

  /** `rpmsg_send_offchannel()`; a driver for 7.2 cannot call it, here it is an operation that is missing. */
  sendOffchannel(ept: AnyEndpoint, src: number, dst: number, data: Uint8Array): number {
    if (!ept) return this.warnOn('rpmsg_send_offchannel');
    return ept.sendOffchannel?.(src, dst, data) ?? -ENXIO;
  }

  /** `rpmsg_trysend_offchannel()`; as `sendOffchannel`. */
  trysendOffchannel(ept: AnyEndpoint, src: number, dst: number, data: Uint8Array): number {
    if (!ept) return this.warnOn('rpmsg_trysend_offchannel');
    return ept.trysendOffchannel?.(src, dst, data) ?? -ENXIO;
  }

  /** `rpmsg_poll()`: 0 where the transport has no such operation. */
  poll(ept: AnyEndpoint): number {
    if (ept) return ept.poll?.() ?? 0;
    this.warnOn('rpmsg_poll');
    return 0;
  }

  /** `rpmsg_get_mtu()`: bytes. */
  getMtu(ept: AnyEndpoint): number {
    if (!ept) return this.warnOn('rpmsg_get_mtu');
    return ept.getMtu?.() ?? -ENOTSUPP;
  }

  /** `rpmsg_set_flow_control()`: -EOPNOTSUPP on virtio. */
  setFlowControl(ept: AnyEndpoint, pause: boolean, dst: number): number {
    if (!ept) return this.warnOn('rpmsg_set_flow_control');
    return ept.setFlowControl?.(pause, dst) ?? -EOPNOTSUPP;
  }

  /** `rpmsg_create_ept()`: undefined when the address is taken. */
  createEpt(
    channel: RpmsgChannel | undefined,
    callback: RpmsgCallback,
    info: ChannelInfo,
  ): RpmsgEndpoint | undefined {
    if (channel) return channel.createEpt(callback, info.src);
    this.warnOn('rpmsg_create_ept');
    return undefined;
  }

  /** `rpmsg_destroy_ept()`: nothing to do without an endpoint. */
  destroyEpt(ept: AnyEndpoint): void {
    ept?.destroy?.();
  }

  /** `rpmsg_create_channel()` */
  createChannel(channel: RpmsgChannel | undefined, info: ChannelInfo): RpmsgChannel | undefined {
    if (channel) return channel.createChannel(info);
    this.warnOn('rpmsg_create_channel');
    return undefined;
  }

  /** `rpmsg_release_channel()` */
  releaseChannel(channel: RpmsgChannel | undefined, info: ChannelInfo): number {
    return channel ? channel.releaseChannel(info) : this.warnOn('rpmsg_release_channel');
  }

  /** `WARN_ON()`; the real line also has CPU, PID and line number. */
  private warnOn(what: string): number {
    this.kernel.log.warn({ prefix: 'WARNING' }, `at drivers/rpmsg/rpmsg_core.c ${what}`);
    return -EINVAL;
  }
}

/** `rpmsg_send()` from the channel's default endpoint to its peer: 0 or a negative errno. */
export function rpmsgSend(channel: RpmsgChannel, data: Uint8Array): number {
  return channel.core.send(channel.ept, data);
}
