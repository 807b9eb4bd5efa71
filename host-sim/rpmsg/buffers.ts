/** The message buffers of an rpmsg device: one block of DMA memory, the first half to receive, the second to send. */
import { type Pa, pa } from '../../runtime/abi/address.js';
import { RPMSG_BUF_SIZE, RPMSG_MAX_NUM_BUFS } from '../../runtime/abi/rpmsg.js';
import type { DmaMemory } from '../soc/dma-pool.js';
import type { HostCache } from '../soc/host-cache.js';

export class RpmsgBuffers {
  readonly bytes: Uint8Array;
  /** The same memory for the fields of message headers. */
  readonly words: DataView;
  /** Between this memory and the core's; absent where they are the same. */
  readonly cache: HostCache | undefined;
  /** Buffers of one direction. */
  readonly half: number;

  private constructor(
    private readonly dma: DmaMemory,
    readonly base: Pa,
    count: number,
  ) {
    const size = count * RPMSG_BUF_SIZE;
    this.half = count / 2;
    this.cache = dma.cache;
    this.bytes = dma.bytes(base, size);
    this.words = new DataView(this.bytes.buffer as ArrayBuffer, this.bytes.byteOffset, size);
  }

  /** For a ring of `num` entries; undefined when there is no memory for them. */
  static alloc(dma: DmaMemory, num: number): RpmsgBuffers | undefined {
    const count = Math.min(num * 2, RPMSG_MAX_NUM_BUFS);
    const base = dma.alloc(count * RPMSG_BUF_SIZE);
    return base === undefined ? undefined : new RpmsgBuffers(dma, base, count);
  }

  /** Where the remote finds buffer `index`. */
  addressOf(index: number): Pa {
    return pa(this.base + index * RPMSG_BUF_SIZE);
  }

  free(): void {
    this.dma.free(this.base);
  }
}
