/** Announcing services to the host and hearing of its own (drivers/rpmsg/rpmsg_ns.c is the other side). */
import {
  RPMSG_ADDR_ANY,
  RPMSG_NS_ADDR,
  RPMSG_NS_CREATE,
  RPMSG_NS_DESTROY,
  RpmsgNsMsg,
} from '../abi/rpmsg.js';
import type { Endpoint } from './endpoint.js';

/** What the name service needs of its device. */
export interface Announcer {
  endpoints(): Endpoint[];
  post(endpoint: Endpoint, dst: number, data: Uint8Array): void;
}

export class NameService {
  /** The host accepted VIRTIO_RPMSG_F_NS. */
  enabled = false;

  constructor(private readonly device: Announcer) {}

  announce(endpoint: Endpoint): void {
    this.tell(endpoint, RPMSG_NS_CREATE);
  }

  withdraw(endpoint: Endpoint): void {
    this.tell(endpoint, RPMSG_NS_DESTROY);
  }

  /** A message to address 53: a service of the host appeared or went. */
  receive(data: Uint8Array): void {
    if (data.length < RpmsgNsMsg.size) return;
    const message = RpmsgNsMsg.unpack(data);
    for (const endpoint of this.device.endpoints()) {
      if (endpoint.name !== message.name) continue;
      if (message.flags & RPMSG_NS_DESTROY) {
        if (endpoint.dst === (message.addr | 0)) endpoint.unbind();
      } else if (endpoint.dst === (RPMSG_ADDR_ANY | 0)) {
        endpoint.bind(message.addr);
        return;
      }
    }
  }

  private tell(endpoint: Endpoint, flags: number): void {
    if (!this.enabled || !endpoint.announce) return;
    const message = RpmsgNsMsg.pack({ name: endpoint.name, addr: endpoint.src, flags });
    this.device.post(endpoint, RPMSG_NS_ADDR, message);
  }
}
