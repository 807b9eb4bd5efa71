/** drivers/rpmsg/virtio_rpmsg_bus.c: messages to the remote, through the second ring. */
import { RPMSG_ADDR_ANY, RPMSG_BUF_SIZE, RPMSG_SEND_TIMEOUT_MS, RpmsgHdr } from '../../runtime/abi/rpmsg.js';
import { EINVAL, EMSGSIZE, ENOMEM, ERESTARTSYS } from '../errno.js';
import type { Kernel } from '../kernel.js';
import type { Device } from '../printk.js';
import type { VirtioDevice } from '../virtio/bus.js';
import type { Virtqueue } from '../virtio/virtqueue.js';
import type { RpmsgBuffers } from './buffers.js';
import { recordMessage } from './record-message.js';

const HDR = RpmsgHdr.size;

export class Transmitter {
  /** Buffers handed out so far; each is used once before used ones are taken again. */
  private lastSbuf = 0;
  private sleepers = 0;
  /** A tx-complete interrupt came since the last look. */
  private txDone = false;
  /** Up to 6.15 tx-complete interrupts are only on while somebody sleeps. */
  private readonly suppress: boolean;

  constructor(
    private readonly kernel: Kernel,
    private readonly vdev: VirtioDevice,
    private readonly svq: Virtqueue,
    private readonly buffers: RpmsgBuffers,
    private readonly counters: { sent: number },
  ) {
    this.suppress = kernel.version !== '7.2';
    if (this.suppress) svq.disableCb();
  }

  /** A message could be sent without waiting. */
  get ready(): boolean {
    return this.lastSbuf < this.buffers.half || this.svq.moreUsed;
  }

  /** `rpmsg_xmit_done()` */
  done(): void {
    this.kernel.log.dbg(this.vdev, () => 'rpmsg_xmit_done');
    this.txDone = true;
  }

  /** `rpmsg_send_offchannel_raw()`; `from` prints what goes wrong. */
  send(from: Device, src: number, dst: number, data: Uint8Array, wait: boolean): number {
    const { log } = this.kernel;
    if (src === RPMSG_ADDR_ANY || dst === RPMSG_ADDR_ANY) {
      log.err(from, `invalid addr (src 0x${src.toString(16)}, dst 0x${dst.toString(16)})`);
      return -EINVAL;
    }
    const len = data.length;
    if (len > RPMSG_BUF_SIZE - HDR) {
      log.err(from, `message is too big (${len})`);
      return -EMSGSIZE;
    }
    let index = this.getTxBuf();
    if (index < 0 && !wait) return -ENOMEM;
    if (index < 0) {
      index = this.waitForTxBuf();
      if (index < 0) {
        log.err(from, 'timeout waiting for a tx buffer');
        return -ERESTARTSYS;
      }
    }
    const { words, bytes, cache } = this.buffers;
    const at = index * RPMSG_BUF_SIZE;
    words.setUint32(at, src, true);
    words.setUint32(at + 4, dst, true);
    words.setUint32(at + 8, 0, true);
    words.setUint32(at + 12, len, true);
    bytes.set(data, at + HDR);
    if (cache) cache.clean(this.buffers.addressOf(index), HDR + len);
    if (log.debug) {
      const [s, d] = [src.toString(16), dst.toString(16)];
      log.dbg(from, () => `TX From 0x${s}, To 0x${d}, Len ${len}, Flags 0, Reserved 0`);
      log.hexDump('rpmsg_virtio TX', bytes.subarray(at, at + HDR + len));
    }
    const result = this.svq.addOutbuf(this.buffers.addressOf(index), HDR + len, index);
    if (result < 0) {
      // The buffer is lost for good, as in Linux.
      log.err(from, `virtqueue_add_outbuf failed: ${result}`);
      return result;
    }
    if (this.kernel.recorder) recordMessage(this.kernel, this.vdev, 'out', bytes, at);
    this.counters.sent++;
    this.svq.kick();
    return 0;
  }

  /** `get_a_tx_buf()` */
  private getTxBuf(): number {
    const { half } = this.buffers;
    if (this.lastSbuf < half) return half + this.lastSbuf++;
    return this.svq.getBuf();
  }

  /** Sleeps until a buffer comes back; while anyone sleeps, tx-complete interrupts are on. */
  private waitForTxBuf(): number {
    if (this.sleepers++ === 0 && this.suppress) this.svq.enableCb();
    let index = this.getTxBuf();
    // Only an interrupt wakes a sleeper; the last look is when the time is up.
    if (index < 0) {
      this.txDone = false;
      this.kernel.scheduler.runUntil(() => {
        if (!this.txDone) return false;
        index = this.getTxBuf();
        this.txDone = index >= 0;
        return index >= 0;
      }, RPMSG_SEND_TIMEOUT_MS);
      if (index < 0) index = this.getTxBuf();
    }
    if (--this.sleepers === 0 && this.suppress) this.svq.disableCb();
    return index;
  }
}
