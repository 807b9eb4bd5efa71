/** drivers/tty/rpmsg_tty.c: /dev/ttyRPMSGn for channels named `rpmsg-tty`. */
import { EPOLLERR, EPOLLHUP, EPOLLIN, EPOLLOUT, O_NONBLOCK, type OpenFile } from '../dev-nodes.js';
import { EAGAIN, EIO, ENOSPC, ENOTTY, ERESTARTSYS } from '../errno.js';
import { IdAllocator } from '../kernel.js';
import { RateLimit } from '../printk.js';
import type { RpmsgChannel, RpmsgDriver } from './channel.js';
import type { Nodes } from './rpmsg-char.js';

const MAX_TTY_RPMSG = 32;
/** Bytes that wait to be read before a tty drops more (drivers/tty/tty_buffer.c). */
const TTYB_DEFAULT_MEM_LIMIT = 640 * 1024;
/** write(2) hands this much to the line discipline at a time (drivers/tty/tty_io.c). */
const WRITE_CHUNK = 2048;

/** A serial line to the firmware, as a program sees it after `stty raw`. */
export interface RpmsgTty {
  /** `ttyRPMSG0` */
  readonly name: string;
  /** The channel behind it. */
  readonly channel: RpmsgChannel;
  /** Its channel is gone: reads give nothing, writes -EIO. */
  readonly hungUp: boolean;
  /** Bytes of `data` that were sent, in messages of at most 496; or a negative errno: -ENOMEM when no buffer is free. */
  write(data: Uint8Array): number;
  /** Up to `len` bytes that have come; empty when there are none. */
  read(len?: number): Uint8Array;
  /** Told what comes, instead of its being kept for `read`. */
  onData: ((data: Uint8Array) => void) | undefined;
}

/** All ttys of one system. */
export class RpmsgTtys {
  /** Those that exist now, in order of their making. */
  readonly ttys: RpmsgTty[] = [];
  private readonly ids = new IdAllocator();
  private readonly bound = new Map<RpmsgChannel, Port>();
  private readonly truncated = new RateLimit();

  constructor(private readonly nodes: Nodes) {}

  /** The driver, to be registered once. */
  driver(): RpmsgDriver {
    const { log } = this.nodes.kernel;
    return {
      name: 'rpmsg_tty',
      idTable: ['rpmsg-tty'],
      probe: (channel) => {
        const id = this.ids.next();
        if (id >= MAX_TTY_RPMSG) {
          this.ids.free(id);
          log.err(channel, `error -ENOSPC: Failed to alloc tty port`);
          return -ENOSPC;
        }
        const port = new Port(this.nodes, channel, id, () => this.ids.free(id));
        this.bound.set(channel, port);
        this.ttys.push(port);
        const [src, dst] = [channel.src.toString(16), channel.dst.toString(16)];
        log.dbg(channel, () => `New channel: 0x${src} -> 0x${dst}: ${port.name}`);
        return 0;
      },
      callback: (channel, data) => this.receive(channel, data),
      remove: (channel) => {
        const port = this.bound.get(channel)!;
        log.dbg(channel, () => `Removing rpmsg tty device ${port.id}`);
        this.bound.delete(channel);
        this.ttys.splice(this.ttys.indexOf(port), 1);
        port.hangUp();
      },
    };
  }

  /** `rpmsg_tty_cb()` */
  private receive(channel: RpmsgChannel, data: Uint8Array): void {
    if (data.length === 0) return;
    const copied = this.bound.get(channel)!.insert(data);
    if (copied === data.length) return;
    const { log, scheduler } = this.nodes.kernel;
    const missed = this.truncated.pass(scheduler.now);
    if (missed > 0) log.warn({ prefix: 'rpmsg_tty_cb' }, `${missed} callbacks suppressed`);
    if (missed >= 0) log.err(channel, `Trunc buffer: available space is ${copied}`);
  }
}

/** `struct rpmsg_tty_port` */
class Port implements RpmsgTty {
  readonly name: string;
  hungUp = false;
  onData: ((data: Uint8Array) => void) | undefined;
  private readonly chunks: Uint8Array[] = [];
  private waiting = 0;
  private opened = 0;

  constructor(
    private readonly nodes: Nodes,
    readonly channel: RpmsgChannel,
    readonly id: number,
    private readonly free: () => void,
  ) {
    this.name = `ttyRPMSG${id}`;
    nodes.dev.register(`/dev/${this.name}`, { open: (flags) => this.open(flags) });
  }

  /** Keeps what there is room for, also while nobody has opened the tty: how many bytes. */
  insert(data: Uint8Array): number {
    if (this.onData) {
      this.onData(data.slice());
      return data.length;
    }
    const taken = data.slice(0, TTYB_DEFAULT_MEM_LIMIT - this.waiting);
    if (taken.length > 0) this.chunks.push(taken);
    this.waiting += taken.length;
    return taken.length;
  }

  read(len = Number.POSITIVE_INFINITY): Uint8Array {
    const result = new Uint8Array(Math.min(len, this.waiting));
    let at = 0;
    while (at < result.length) {
      const [chunk] = this.chunks;
      const part = chunk.subarray(0, result.length - at);
      result.set(part, at);
      at += part.length;
      if (part.length === chunk.length) this.chunks.shift();
      else this.chunks[0] = chunk.subarray(part.length);
    }
    this.waiting -= at;
    return result;
  }

  /** The tty layer cuts what write(2) is given, the driver each cut into messages; the first error ends it. */
  write(data: Uint8Array): number {
    let written = 0;
    while (written < data.length) {
      const room = WRITE_CHUNK - (written % WRITE_CHUNK);
      const result = this.send(data.subarray(written, written + room));
      if (result < 0) return written || result;
      written += result;
    }
    return written;
  }

  /** `rpmsg_tty_write()` */
  private send(data: Uint8Array): number {
    const { core, kernel } = this.nodes;
    const { ept } = this.channel;
    if (this.hungUp) return -EIO;
    const message = data.subarray(0, core.getMtu(ept));
    const result = core.trysend(ept, message);
    if (result === 0) return message.length;
    kernel.log.dbg(this.channel, () => `rpmsg_send failed: ${result}`);
    return result;
  }

  /** Any number of programs at a time. Terminal settings are not modelled: ioctl is -ENOTTY. */
  private open(flags: number): OpenFile {
    this.opened++;
    const nonblock = (flags & O_NONBLOCK) !== 0;
    return {
      read: (len) => this.readFile(len, nonblock),
      write: (data) => this.write(data),
      poll: () => this.poll(),
      ioctl: () => (this.hungUp ? -EIO : -ENOTTY),
      close: () => {
        this.opened--;
        this.release();
        return 0;
      },
    };
  }

  /** `n_tty_read()` of a raw terminal: whatever there is, at least a byte; the end of file after a hang-up. */
  private readFile(len: number, nonblock: boolean): Uint8Array | number {
    if (!this.hungUp && this.waiting === 0 && len > 0) {
      if (nonblock) return -EAGAIN;
      if (!this.nodes.dev.wait(() => this.waiting > 0 || this.hungUp)) return -ERESTARTSYS;
    }
    return this.read(len);
  }

  /** write_room is always a message's worth, whatever the ring holds. */
  private poll(): number {
    if (this.hungUp) return EPOLLIN | EPOLLOUT | EPOLLERR | EPOLLHUP;
    return EPOLLOUT | (this.waiting > 0 ? EPOLLIN : 0);
  }

  hangUp(): void {
    this.hungUp = true;
    this.chunks.length = 0;
    this.waiting = 0;
    this.nodes.dev.unregister(`/dev/${this.name}`);
    this.release();
  }

  /** The number is free again when the port is gone and nobody holds a file of it. */
  private release(): void {
    if (this.hungUp && this.opened === 0) this.free();
  }
}
