/**
 * The remote side of drivers/tty/rpmsg_tty.c: a byte stream that Linux shows as /dev/ttyRPMSGn.
 *
 * The driver binds to the announced name and says nothing: its address is known here from the first bytes that
 * somebody writes to the tty. It rejects empty messages and takes any size up to a buffer's.
 */
import { utf8Decode, utf8Encode } from '../abi/utf8.js';
import { rpmsgDevice } from '../devices.js';
import type { CancelSignal } from '../rpmsg/canceller.js';
import type { RpmsgDevice } from '../rpmsg/device.js';
import type { Endpoint } from '../rpmsg/endpoint.js';

/** What a tty is made of; everything has a default. */
export interface TtyOptions {
  /** `rpmsg-tty` when left out; another name needs a driver of its own. */
  readonly name?: string;
  /** Called with the bytes of each message as they come; a view that is valid until the callback returns. */
  readonly onData?: (data: Uint8Array, tty: Tty) => void;
  /**
   * Called with each whole line as UTF-8 text, without its "\n", "\r" or "\r\n"; a line of more than 4096 bytes comes
   * in pieces.
   */
  readonly onLine?: (line: string, tty: Tty) => void;
  /** The rpmsg device; the first one when left out. */
  readonly device?: RpmsgDevice;
}

/** A line is not gathered beyond this many bytes. */
const LINE_LIMIT = 4096;
const NEWLINE = 10;
const RETURN = 13;

/** A tty of Linux, seen from the remote. Made by `createTty`. */
export class Tty {
  /** The endpoint below: its addresses, `bound`, `onUnbound`. */
  readonly endpoint: Endpoint;
  private readonly device: RpmsgDevice;
  /** The write before the next one. */
  private last: Promise<void> = Promise.resolve();
  private writes = 0;
  /** What came of a line that has no end yet. */
  private line = new Uint8Array(LINE_LIMIT);
  private lineLength = 0;
  private afterReturn = false;

  constructor({ name = 'rpmsg-tty', onData, onLine, device = rpmsgDevice() }: TtyOptions) {
    this.device = device;
    this.endpoint = device.createEndpoint({ name }, (data) => {
      if (onData) onData(data, this);
      if (onLine) this.gather(data, onLine);
    });
  }

  /** Fulfilled when somebody has written to the tty: only then is there anybody to write to. */
  get bound(): Promise<void> {
    return this.endpoint.bound;
  }

  /**
   * Writes text or bytes, cut into messages of at most `mtu` bytes; one write follows the other. Fulfilled when the last
   * message is in a buffer of the host. Each message waits up to 15 s for the host, for the tty's first byte and for a free
   * buffer, then the write is rejected; so it is when `signal` is aborted. Nothing is sent for empty data. A rejection that
   * nobody looks at is forgotten: a tty loses what is written to nobody.
   */
  write(data: Uint8Array | string, signal?: CancelSignal): Promise<void> {
    const bytes = typeof data === 'string' ? utf8Encode(data) : data.slice();
    this.writes++;
    const done = this.last.then(() => this.sendFrom(bytes, 0, signal));
    const over = () => {
      this.writes--;
    };
    this.last = done.then(over, over);
    return done;
  }

  /**
   * Writes what can go now and returns its number of bytes: 0 while nobody is there, while no buffer is free, and while a
   * `write` is under way. Text may be cut inside of a character.
   */
  tryWrite(data: Uint8Array | string): number {
    const bytes = typeof data === 'string' ? utf8Encode(data) : data;
    const { mtu } = this.endpoint;
    let at = 0;
    if (this.writes > 0 || mtu === 0) return at;
    while (at < bytes.length && this.endpoint.trySend(bytes.subarray(at, at + mtu))) at += mtu;
    return Math.min(at, bytes.length);
  }

  /** Takes the service back: Linux removes the tty. */
  close(): void {
    this.endpoint.destroy();
  }

  private sendFrom(bytes: Uint8Array, at: number, signal: CancelSignal | undefined): Promise<void> {
    if (at >= bytes.length) return Promise.resolve();
    const { mtu } = this.endpoint;
    const next = (from: number) => () => this.sendFrom(bytes, from, signal);
    // Only the host knows how large its buffers are.
    if (mtu === 0) return this.device.ready().then(next(at));
    return this.endpoint.send(bytes.subarray(at, at + mtu), signal).then(next(at + mtu));
  }

  private gather(data: Uint8Array, onLine: (line: string, tty: Tty) => void): void {
    for (const byte of data) {
      const second = byte === NEWLINE && this.afterReturn;
      this.afterReturn = byte === RETURN;
      if (second) continue;
      const end = byte === NEWLINE || byte === RETURN;
      if (!end) this.line[this.lineLength++] = byte;
      if (!end && this.lineLength < LINE_LIMIT) continue;
      const line = utf8Decode(this.line.subarray(0, this.lineLength));
      this.lineLength = 0;
      onLine(line, this);
    }
  }
}

/**
 * Announces a tty. The kernel's rpmsg_tty makes /dev/ttyRPMSGn of it:
 *
 *     const tty = createTty({ onLine: (line) => tty.write('you said ' + line + '\n') });
 *
 * Throws as `createEndpoint` does.
 */
export function createTty(options: TtyOptions = {}): Tty {
  return new Tty(options);
}
