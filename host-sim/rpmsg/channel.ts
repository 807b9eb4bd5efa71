/** What a host driver sees of rpmsg: include/linux/rpmsg.h. */
import type { Device } from '../printk.js';
import type { RpmsgCore } from './core.js';

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

/** `rpmsg_send()` from the channel's default endpoint to its peer: 0 or a negative errno. */
export function rpmsgSend(channel: RpmsgChannel, data: Uint8Array): number {
  return channel.core.send(channel.ept, data);
}
