/** drivers/rpmsg/virtio_rpmsg_bus.c: the addresses of one rpmsg device and what listens on them. */
import {
  RPMSG_ADDR_ANY,
  RPMSG_BUF_SIZE,
  RPMSG_RESERVED_ADDRESSES,
  RpmsgHdr,
} from '../../runtime/abi/rpmsg.js';
import { EPOLLOUT } from '../dev-nodes.js';
import { EINVAL, ENOSPC } from '../errno.js';
import { IdAllocator, type Kernel } from '../kernel.js';
import type { RpmsgCallback, RpmsgChannel, RpmsgEndpoint } from './channel.js';
import type { Transmitter } from './transmit.js';

/** Most bytes of a payload. */
export const MTU = RPMSG_BUF_SIZE - RpmsgHdr.size;
/** idr ids are signed ints. */
const INT_MAX = 0x7fffffff;

/** One address space, shared by all channels of the device. */
export class Endpoints {
  private readonly byAddress = new Map<number, Endpoint>();
  private readonly addresses = new IdAllocator(RPMSG_RESERVED_ADDRESSES);

  constructor(
    private readonly kernel: Kernel,
    private readonly transmitter: Transmitter,
  ) {}

  /** `__rpmsg_create_ept()`: the lowest free address from 0x400 on, or exactly `addr`; undefined when taken. */
  create(channel: RpmsgChannel, callback: RpmsgCallback, addr: number): RpmsgEndpoint | undefined {
    const errno = this.take(addr);
    if (errno < 0) {
      this.kernel.log.err(channel, `idr_alloc failed: ${errno}`);
      return undefined;
    }
    const local = addr === RPMSG_ADDR_ANY ? this.addresses.next() : addr;
    const endpoint = new Endpoint(this, this.kernel, this.transmitter, channel, local, callback);
    this.byAddress.set(local, endpoint);
    return endpoint;
  }

  /** `idr_alloc()` for a fixed address: 0 or a negative errno. */
  private take(addr: number): number {
    if (addr === RPMSG_ADDR_ANY) return 0;
    if (addr > INT_MAX) {
      this.kernel.log.warn({ prefix: 'WARNING' }, 'at lib/idr.c idr_alloc');
      return -EINVAL;
    }
    return this.addresses.take(addr) ? 0 : -ENOSPC;
  }

  find(addr: number): Endpoint | undefined {
    return this.byAddress.get(addr);
  }

  /**
   * `__rpmsg_destroy_ept()`: new messages no longer find it. Linux then waits for a callback that runs; here that callback
   * sleeps further down the one stack there is and goes on later, without its address.
   */
  destroy(endpoint: Endpoint): void {
    if (this.byAddress.get(endpoint.addr) !== endpoint) return;
    this.byAddress.delete(endpoint.addr);
    this.addresses.free(endpoint.addr);
  }

  /** `idr_destroy()`: the device is going. */
  clear(): void {
    this.byAddress.clear();
  }
}

/** `struct rpmsg_endpoint` with `virtio_endpoint_ops`. */
class Endpoint implements RpmsgEndpoint {
  readonly sendOffchannel?: (src: number, dst: number, data: Uint8Array) => number;
  readonly trysendOffchannel?: (src: number, dst: number, data: Uint8Array) => number;
  readonly poll?: () => number;

  constructor(
    private readonly owner: Endpoints,
    kernel: Kernel,
    private readonly tx: Transmitter,
    private readonly channel: RpmsgChannel,
    readonly addr: number,
    readonly callback: RpmsgCallback,
  ) {
    if (kernel.version === '7.2') {
      this.poll = () => (tx.ready ? EPOLLOUT : 0);
    } else {
      this.sendOffchannel = (src, dst, data) => tx.send(channel, src, dst, data, true);
      this.trysendOffchannel = (src, dst, data) => tx.send(channel, src, dst, data, false);
    }
  }

  send(data: Uint8Array): number {
    return this.tx.send(this.channel, this.addr, this.channel.dst, data, true);
  }

  trysend(data: Uint8Array): number {
    return this.tx.send(this.channel, this.addr, this.channel.dst, data, false);
  }

  sendto(data: Uint8Array, dst: number): number {
    return this.tx.send(this.channel, this.addr, dst, data, true);
  }

  trysendto(data: Uint8Array, dst: number): number {
    return this.tx.send(this.channel, this.addr, dst, data, false);
  }

  getMtu(): number {
    return MTU;
  }

  destroy(): void {
    this.owner.destroy(this);
  }
}
