/** Announcing services to the host and hearing of its own (drivers/rpmsg/rpmsg_ns.c is the other side). */
import {
  RPMSG_ADDR_ANY,
  RPMSG_NS_ADDR,
  RPMSG_NS_CREATE,
  RPMSG_NS_DESTROY,
  RpmsgNsMsg,
  RpmsgNsMsgDesc,
} from '../abi/rpmsg.js';
import type { Endpoint } from './endpoint.js';

/** What the name service needs of its device. */
export interface Announcer {
  /** The host announced a service that no endpoint here waits for. */
  onUnknownService: ((name: string, addr: number) => void) | undefined;
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

  /** A message to address 53: a service of the host appeared or went. Other lengths than the two known ones mean nothing. */
  receive(data: Uint8Array): void {
    const format = data.length === RpmsgNsMsg.size ? RpmsgNsMsg : RpmsgNsMsgDesc;
    if (data.length !== format.size) return;
    const { name, addr, flags } = format.unpack(data);
    if (flags & RPMSG_NS_DESTROY) {
      for (const endpoint of this.device.endpoints()) {
        if (endpoint.name === name && endpoint.dst === (addr | 0)) endpoint.unbind();
      }
      return;
    }
    for (const endpoint of this.device.endpoints()) {
      if (endpoint.name === name && endpoint.dst === ANY) {
        endpoint.bind(addr);
        return;
      }
    }
    if (this.device.onUnknownService) this.device.onUnknownService(name, addr);
  }

  private tell(endpoint: Endpoint, flags: number): void {
    if (!this.enabled || !endpoint.announce) return;
    const message = RpmsgNsMsg.pack({ name: endpoint.name, addr: endpoint.src, flags });
    this.device.post(endpoint, RPMSG_NS_ADDR, message);
  }
}

const ANY = RPMSG_ADDR_ANY | 0;
