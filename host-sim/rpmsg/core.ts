/** drivers/rpmsg/rpmsg_core.c: the calls of drivers, which check what they are given before the transport does the work. */
import { EINVAL, ENOTSUPP, ENXIO, EOPNOTSUPP } from '../errno.js';
import type { Kernel } from '../kernel.js';
import type { ChannelInfo, RpmsgCallback, RpmsgChannel, RpmsgEndpoint } from './channel.js';

/** An endpoint of any transport: each may lack operations. */
export type AnyEndpoint = Partial<RpmsgEndpoint> | undefined;

/** Where the endpoint is missing each call warns and returns -EINVAL; where the transport lacks the operation, -ENXIO. */
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
