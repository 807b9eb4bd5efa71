/**
 * The remote side of drivers/rpmsg/rpmsg_char.c: messages that Linux shows as /dev/rpmsgN.
 *
 * The driver binds to the announced name and says nothing: an address of the host is known here from the first write to
 * the file. One message is one write, one message is one read, and Linux keeps what nobody has read yet.
 */
import { rpmsgDevice } from '../devices.js';
import type { CancelSignal } from '../rpmsg/canceller.js';
import type { RpmsgDevice } from '../rpmsg/device.js';
import type { Endpoint } from '../rpmsg/endpoint.js';

/** Answers the file that a message came from; fulfilled and rejected as `Raw.write`. */
export type RawReply = (message: Uint8Array | string) => Promise<void>;

/** What a raw service is made of. */
export interface RawOptions {
  /** `rpmsg-raw` when left out; `rpmsg_chrdev` is known from 6.12 on. */
  readonly name?: string;
  /**
   * Called with each message, a view that is valid until the callback returns. `src` is the host's address of the file,
   * and `reply` answers it: besides the channel's own file there may be others, made with RPMSG_CREATE_EPT_IOCTL.
   */
  readonly onMessage: (message: Uint8Array, reply: RawReply, src: number) => void;
  /** The rpmsg device; the first one when left out. */
  readonly device?: RpmsgDevice;
}

/** A message file of Linux, seen from the remote. Made by `createRaw`. */
export class Raw {
  /** The endpoint below: its addresses, `mtu`, `bound`, `onUnbound`. */
  readonly endpoint: Endpoint;

  constructor({ name = 'rpmsg-raw', onMessage, device = rpmsgDevice() }: RawOptions) {
    this.endpoint = device.createEndpoint({ name }, (message, src, endpoint) =>
      onMessage(message, (answer) => endpoint.sendTo(src, answer), src),
    );
  }

  /** Fulfilled when somebody has written to the file: only then is there anybody to write to. */
  get bound(): Promise<void> {
    return this.endpoint.bound;
  }

  /**
   * Sends one message to the file that was first to write: one `read` gets it, and loses what its buffer has no room for.
   * Waits as `Endpoint.send` does, at most 15 s; rejects with RangeError for more than `endpoint.mtu` bytes.
   */
  write(message: Uint8Array | string, signal?: CancelSignal): Promise<void> {
    return this.endpoint.send(message, signal);
  }

  /** Takes the service back: Linux removes the file. */
  close(): void {
    this.endpoint.destroy();
  }
}

/**
 * Announces a service whose messages programs on Linux read and write as they are. The kernel's rpmsg_chrdev makes
 * /dev/rpmsgN of it:
 *
 *     createRaw({ onMessage: (message, reply) => reply(message) });
 *
 * Throws as `createEndpoint` does.
 */
export function createRaw(options: RawOptions): Raw {
  return new Raw(options);
}
