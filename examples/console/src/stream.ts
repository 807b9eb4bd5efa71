/** The device side of a virtio console port: bytes both ways over two bare virtqueues. */
import type { VdevDriver, Virtqueue } from 'rproc-sdk/runtime';

export class Stream implements VdevDriver {
  /** Linux posts empty buffers on vring 0 and filled ones on vring 1. */
  readonly writable = [true, false];
  private toHost: Virtqueue | undefined;
  /** What waits for a buffer of the host. */
  private waiting: Uint8Array[] = [];

  constructor(
    private readonly onUp: (features: number) => void,
    /** `data` is a view of Linux's buffer, valid until the call returns. */
    private readonly onData: (data: Uint8Array) => void,
  ) {}

  /** DRIVER_OK: what is returned here runs after each kick. */
  start([toHost, fromHost]: readonly Virtqueue[], features: number): () => void {
    this.toHost = toHost;
    this.onUp(features);
    return () => {
      for (let id = fromHost.take(); id >= 0; id = fromHost.take()) {
        this.onData(fromHost.bytes[id]);
        fromHost.put(id, 0);
      }
      fromHost.publish();
      this.flush();
    };
  }

  /** The host has reset the device: its rings are gone. */
  stop(): void {
    this.toHost = undefined;
  }

  write(data: Uint8Array): void {
    this.waiting.push(data.slice());
    this.flush();
  }

  private flush(): void {
    const queue = this.toHost;
    if (!queue) return;
    while (this.waiting.length > 0) {
      const id = queue.take();
      if (id < 0) break;
      const [data] = this.waiting;
      const room = queue.bytes[id];
      const part = data.subarray(0, room.length);
      room.set(part);
      queue.put(id, part.length);
      if (part.length < data.length) this.waiting[0] = data.subarray(part.length);
      else this.waiting.shift();
    }
    queue.publish();
  }
}
