/** drivers/rpmsg/virtio_rpmsg_bus.c: messages from the remote, through the first ring. */
import { RPMSG_BUF_SIZE, RpmsgHdr } from '../../runtime/abi/rpmsg.js';
import { EINVAL } from '../errno.js';
import type { Kernel } from '../kernel.js';
import { RateLimit } from '../printk.js';
import type { VirtioDevice } from '../virtio/bus.js';
import type { Virtqueue } from '../virtio/virtqueue.js';
import type { RpmsgBuffers } from './buffers.js';
import type { Endpoints } from './endpoints.js';
import { recordMessage } from './record-message.js';

const HDR = RpmsgHdr.size;

export class Receiver {
  private readonly noRecipient = new RateLimit();

  /** All buffers are posted at once. */
  constructor(
    private readonly kernel: Kernel,
    private readonly vdev: VirtioDevice,
    private readonly rvq: Virtqueue,
    private readonly buffers: RpmsgBuffers,
    private readonly endpoints: Endpoints,
    private readonly counters: { received: number },
  ) {
    for (let i = 0; i < buffers.half; i++) rvq.addInbuf(buffers.addressOf(i), RPMSG_BUF_SIZE, i);
  }

  /** `rpmsg_recv_done()`: drains the used ring, one kick at the end. */
  done(): void {
    const { log } = this.kernel;
    let received = 0;
    let index = this.rvq.getBuf();
    if (index < 0) {
      log.err(this.vdev, 'uhm, incoming signal, but no used buffer ?');
      return;
    }
    for (; index >= 0; index = this.rvq.getBuf()) {
      if (this.receive(index, this.rvq.usedLen) < 0) break;
      received++;
    }
    if (log.debug) log.dbg(this.vdev, () => `Received ${received} messages`);
    if (received > 0) this.rvq.kick();
  }

  /** `rpmsg_recv_single()` */
  private receive(index: number, usedLen: number): number {
    const { words, bytes, cache } = this.buffers;
    const { log } = this.kernel;
    const at = index * RPMSG_BUF_SIZE;
    if (cache) cache.invalidate(this.buffers.addressOf(index), RPMSG_BUF_SIZE);
    const src = words.getUint32(at, true);
    const dst = words.getUint32(at + 4, true);
    const len = words.getUint16(at + 12, true);
    if (this.kernel.recorder) recordMessage(this.kernel, this.vdev, 'in', bytes, at);
    if (log.debug) this.describe(at);
    // The subtraction is unsigned in the kernel: a used.len below 16 passes.
    if (usedLen > RPMSG_BUF_SIZE || len > (usedLen - HDR) >>> 0) {
      log.warn(this.vdev, `inbound msg too big: (${usedLen}, ${len})`);
      return -EINVAL;
    }
    const endpoint = this.endpoints.find(dst);
    if (endpoint) endpoint.callback(bytes.subarray(at + HDR, at + HDR + len), src);
    else this.dropped();
    this.counters.received++;
    const posted = this.rvq.addInbuf(this.buffers.addressOf(index), RPMSG_BUF_SIZE, index);
    if (posted < 0) log.err(this.vdev, `failed to add a virtqueue buffer: ${posted}`);
    return posted;
  }

  private dropped(): void {
    const { log, scheduler } = this.kernel;
    const missed = this.noRecipient.pass(scheduler.now);
    if (missed > 0) log.warn({ prefix: 'rpmsg_recv_single' }, `${missed} callbacks suppressed`);
    if (missed >= 0) log.warn(this.vdev, 'msg received with no recipient');
  }

  private describe(at: number): void {
    const { words, bytes } = this.buffers;
    const { log } = this.kernel;
    const { src, dst, reserved, len, flags } = RpmsgHdr.unpack(bytes, at);
    const [from, to] = [src.toString(16), dst.toString(16)];
    log.dbg(
      this.vdev,
      () => `From: 0x${from}, To: 0x${to}, Len: ${len}, Flags: ${flags}, Reserved: ${reserved | 0}`,
    );
    const end = Math.min(at + HDR + words.getUint16(at + 12, true), bytes.length);
    log.hexDump('rpmsg_virtio RX', bytes.subarray(at, end));
  }
}
