/** /dev of the simulated Linux: drivers put character devices here, whoever plays user space opens them. */
import { ENOENT } from './errno.js';
import type { Scheduler } from './soc/scheduler.js';

/** Flag of open(2): to read (include/uapi/asm-generic/fcntl.h). Nothing is refused for its access mode. */
export const O_RDONLY = 0;
/** Flag of open(2): to write. */
export const O_WRONLY = 1;
/** Flag of open(2): to read and write. */
export const O_RDWR = 2;
/** Flag of open(2): calls return -EAGAIN instead of waiting. */
export const O_NONBLOCK = 0o4000;

/** Bit of poll(2): there is something to read (include/uapi/linux/eventpoll.h). */
export const EPOLLIN = 0x1;
/** Bit of poll(2): flow control has changed. */
export const EPOLLPRI = 0x2;
/** Bit of poll(2): it can be written. */
export const EPOLLOUT = 0x4;
/** Bit of poll(2): what was behind the file is gone. */
export const EPOLLERR = 0x8;
/** Bit of poll(2): the other end has hung up. */
export const EPOLLHUP = 0x10;

/** What a driver registers: `struct cdev`. */
export interface CharDevice {
  /** A file, or a negative errno. `flags` are those of open(2). */
  open(flags: number): OpenFile | number;
}

/** An open file description: `struct file`. Each call returns what the system call does, errors as negative errnos. */
export interface OpenFile {
  /** At most `len` bytes; empty at the end of file. Without O_NONBLOCK virtual time passes until there are some. */
  read(len: number): Uint8Array | number;
  /** How many bytes were taken. A driver whose work takes its own kernel threads gives a promise. */
  write(data: Uint8Array): number | Promise<number>;
  /** Bits that are set now, such as EPOLLIN; does not wait. */
  poll(): number;
  /** `arg` is the memory that a pointer argument points to (written in place), or a plain number. */
  ioctl(cmd: number, arg: Uint8Array | number): number;
  /** 0, or a negative errno; the file must not be used any more. */
  close(): number | Promise<number>;
}

/** All nodes of one system, by path. */
export class DevNodes {
  /**
   * A blocked call gets a signal after this many virtual ms and returns -ERESTARTSYS, as if somebody had pressed Ctrl-C:
   * nothing waits for ever here.
   */
  signalAfterMs = 15000;
  private readonly nodes = new Map<string, CharDevice>();

  constructor(private readonly scheduler: Scheduler) {}

  /** Adds a node; a path is taken once. */
  register(path: string, node: CharDevice): void {
    if (this.nodes.has(path)) throw new Error(`${path} exists already`);
    this.nodes.set(path, node);
  }

  /** Removes a node; files that are open stay open. */
  unregister(path: string): void {
    this.nodes.delete(path);
  }

  /** open(2): a file or a negative errno, -ENOENT when there is no such node. */
  open(path: string, flags = O_RDWR): OpenFile | number {
    return this.nodes.get(path)?.open(flags) ?? -ENOENT;
  }

  /** Paths that begin with `prefix`, in order. */
  list(prefix = '/dev/'): string[] {
    return [...this.nodes.keys()].filter((path) => path.startsWith(prefix)).sort();
  }

  /** wait_event_interruptible(): a thread sleeps while the others go on. False when a signal ended the wait. */
  wait(done: () => boolean): boolean {
    return this.scheduler.runUntil(done, this.signalAfterMs);
  }
}
