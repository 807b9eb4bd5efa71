/** The program on the core: an endpoint that does what each message tells it to, and sends when the run says so. */
import { Remote } from '../../../runtime/remote.js';
import type { HeldMessage, TxBuffer } from '../../../runtime/rpmsg/buffers.js';
import type { Endpoint } from '../../../runtime/rpmsg/endpoint.js';
import type { World } from './world.js';

/** Where the host's messages go, and where the firmware's come from. */
export const LOCAL = 1024;
/** Peer of what is sent in order, and of what goes out of claimed buffers. */
export const PEER = 2000;
export const CLAIM_PEER = 3000;

/** Keep the message beyond the handler, or hold it and let it go within, or both one after the other. */
export type Holding = 'no' | 'keep' | 'within' | 'again';

export interface Orders {
  readonly hold: Holding;
  /** Send this many bytes from within the handler. */
  readonly answer: number | undefined;
}

export class Firmware {
  readonly remote: Remote;
  readonly endpoint: Endpoint;
  /** What it keeps, and of which driver: `life` counts them. */
  readonly held: {
    readonly message: HeldMessage;
    readonly seq: number;
    readonly size: number;
    readonly life: number;
  }[] = [];
  readonly claimed: { readonly buffer: TxBuffer; readonly life: number }[] = [];

  constructor(world: World, deliver: (firmware: Firmware, data: Uint8Array, src: number) => void) {
    this.remote = new Remote(world.hal, world.board);
    this.endpoint = this.remote.rpmsg[0].createEndpoint({ src: LOCAL, dst: PEER }, (data, src) =>
      deliver(this, data, src),
    );
    this.remote.start();
  }

  get device() {
    return this.remote.rpmsg[0];
  }
}
