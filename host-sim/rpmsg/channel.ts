/** drivers/rpmsg/rpmsg_core.c: channels, their drivers, and endpoints. */
import type { Device } from '../printk.js';

/** Called with the payload, valid until it returns, and the sender's address. */
export type RpmsgCallback = (data: Uint8Array, src: number) => void;

/** `struct rpmsg_endpoint`: an address on the host with a callback. */
export interface RpmsgEndpoint {
  /** Address on the host. */
  readonly addr: number;
  /** `rpmsg_sendto()`: 0 or a negative errno; may wait up to 15 virtual s for a free buffer. */
  sendto(data: Uint8Array, dst: number): number;
  /** `rpmsg_trysendto()`: -ENOMEM instead of waiting. */
  trysendto(data: Uint8Array, dst: number): number;
  /** `rpmsg_destroy_ept()`: frees the address; messages to it are dropped from now on. */
  destroy(): void;
}

/** `struct rpmsg_device`. */
export interface RpmsgChannel extends Device {
  readonly name: string;
  /** `virtio0.rpmsg-client-sample.-1.1024` */
  readonly deviceName: string;
  /** Address on the host; RPMSG_ADDR_ANY until a driver with a callback binds. */
  src: number;
  /** Address on the remote. */
  readonly dst: number;
  /** The default endpoint, when the driver has a callback. */
  ept: RpmsgEndpoint | undefined;
  /** Another endpoint on the same device; undefined when the address is taken. */
  createEpt(callback: RpmsgCallback, addr?: number): RpmsgEndpoint | undefined;
}

/** A host driver: bound to each channel whose name its id table lists. */
export interface RpmsgDriver {
  readonly name: string;
  /** Names of the channels that the driver binds to. */
  readonly idTable: readonly string[];
  /** 0 or a negative errno. */
  probe(channel: RpmsgChannel): number;
  /** A message for the default endpoint; without a callback the channel gets no endpoint. */
  callback?(channel: RpmsgChannel, data: Uint8Array, src: number): void;
  /** The channel goes away: withdrawn by the firmware, or its core stopped. */
  remove?(channel: RpmsgChannel): void;
}

/** `rpmsg_send()`: to the channel's peer. */
export function rpmsgSend(channel: RpmsgChannel, data: Uint8Array): number {
  return channel.ept!.sendto(data, channel.dst);
}
