/** Announcing services to the host and hearing of its own (drivers/rpmsg/rpmsg_ns.c is the other side). */
import {
  RPMSG_NAME_SIZE,
  RPMSG_NS_ADDR,
  RPMSG_NS_CREATE,
  RPMSG_NS_DESTROY,
  RpmsgNsMsg,
  RpmsgNsMsgDesc,
} from '../abi/rpmsg.js';
import { utf8Decode, utf8Encode } from '../abi/utf8.js';
import { u32At } from '../abi/words.js';
import { ANY, type Endpoint } from './endpoint.js';

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
    const { device } = this;
    if (data.length !== RpmsgNsMsg.size && data.length !== RpmsgNsMsgDesc.size) return;
    // Both end with the same two words.
    const addr = u32At(data, data.length - 8);
    const gone = u32At(data, data.length - 4) & RPMSG_NS_DESTROY;
    const name = utf8Decode(data.subarray(0, RPMSG_NAME_SIZE)).split('\0')[0];
    for (const endpoint of device.endpoints()) {
      if (endpoint.name !== name) continue;
      if (gone) {
        if (endpoint.dst === (addr | 0)) endpoint.unbind();
      } else if (endpoint.dst === ANY) {
        endpoint.bind(addr);
        return;
      }
    }
    if (!gone && device.onUnknownService) device.onUnknownService(name, addr);
  }

  private tell(endpoint: Endpoint, flags: number): void {
    if (!this.enabled || !endpoint.announce) return;
    const message = new Uint8Array(RpmsgNsMsg.size);
    message.set(utf8Encode(endpoint.name));
    new Uint32Array(message.buffer, RpmsgNsMsg.offset.addr).set([endpoint.src, flags]);
    this.device.post(endpoint, RPMSG_NS_ADDR, message);
  }
}
