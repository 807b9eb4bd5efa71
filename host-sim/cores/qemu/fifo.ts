/**
 * Named pipes between QEMU and this process. Not sockets: a kernel thread of the simulated Linux that sleeps within a call
 * must hear of an interrupt although Node's event loop stands still, and a pipe's descriptor can be read at any time.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** Bytes that are taken from a pipe at once. */
const CHUNK = 65536;
/** Bytes that nobody has asked for, after which the writer has to wait. */
const MOST = 1024 * 1024;

const { O_RDWR, O_NONBLOCK } = constants;

/** The end that is read. */
export class FifoReader {
  private readonly descriptor: number;
  private readonly socket: Socket;
  /** What Node's event loop has brought. */
  private arrived: Uint8Array[] = [];
  private waiting = 0;
  private readonly chunk = new Uint8Array(CHUNK);

  /** @param onData called from Node's event loop when `take` has something to give */
  constructor(path: string, onData: () => void) {
    // Open for both, so that it has a writer before QEMU comes and after it has gone: there is no end of file.
    this.descriptor = openSync(path, O_RDWR | O_NONBLOCK);
    this.socket = new Socket({ fd: this.descriptor, readable: true, writable: false });
    this.socket.on('data', (data) => {
      this.arrived.push(data);
      this.waiting += data.length;
      if (this.waiting > MOST) this.socket.pause();
      onData();
    });
    this.socket.on('error', () => {});
    this.socket.unref();
  }

  /** What has come since the last call, in order; empty when nothing has. */
  take(): readonly Uint8Array[] {
    const data = this.arrived;
    this.arrived = [];
    if (this.waiting > MOST) this.socket.resume();
    this.waiting = 0;
    const len = readNow(this.descriptor, this.chunk);
    if (len > 0) data.push(this.chunk.slice(0, len));
    return data;
  }

  close(): void {
    // Closes the descriptor as well.
    this.socket.destroy();
  }
}

/** The end that is written. */
export class FifoWriter {
  private readonly descriptor: number;
  private readonly one = new Uint8Array(1);

  constructor(path: string) {
    this.descriptor = openSync(path, O_RDWR | O_NONBLOCK);
  }

  /** False when the pipe is full: its reader has taken nothing for a long time. */
  write(byte: number): boolean {
    this.one[0] = byte;
    return orNothing(() => writeSync(this.descriptor, this.one)) === 1;
  }

  /** Takes back what the reader has not taken. */
  clear(): void {
    const rest = new Uint8Array(CHUNK);
    while (readNow(this.descriptor, rest) > 0);
  }

  close(): void {
    closeSync(this.descriptor);
  }
}

function readNow(descriptor: number, into: Uint8Array): number {
  return orNothing(() => readSync(descriptor, into, 0, into.length, null));
}

/** What `access` has done; 0 where it would have had to wait. */
function orNothing(access: () => number): number {
  // Nobody looks at the stack of the error that says so, and it costs more than the access.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return access();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}
