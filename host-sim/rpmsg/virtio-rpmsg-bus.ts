/** drivers/rpmsg/virtio_rpmsg_bus.c: messages, endpoints and channels over one virtio device. */
import type { Pa } from '../../runtime/abi/address.js';
import {
  RPMSG_ADDR_ANY,
  RPMSG_BUF_SIZE,
  RPMSG_MAX_NUM_BUFS,
  RPMSG_RESERVED_ADDRESSES,
  RPMSG_SEND_TIMEOUT_MS,
  RpmsgHdr,
  VIRTIO_RPMSG_F_NS,
} from '../../runtime/abi/rpmsg.js';
import { VIRTIO_CONFIG_S_DRIVER_OK, VIRTIO_ID_RPMSG } from '../../runtime/abi/virtio.js';
import { EINVAL, EMSGSIZE, ENOMEM, ERESTARTSYS } from '../errno.js';
import { IdAllocator, type Kernel, probeFailed } from '../kernel.js';
import { RateLimit } from '../printk.js';
import type { VirtioDevice, VirtioDriver } from '../virtio/bus.js';
import type { Virtqueue } from '../virtio/virtqueue.js';
import type { RpmsgCallback, RpmsgChannel, RpmsgDriver, RpmsgEndpoint } from './channel.js';
import { openNameService } from './name-service.js';

const HDR = RpmsgHdr.size;

/** What somebody who watches the bus learns. */
export interface RpmsgListener {
  /** A channel was created or is about to go. */
  channel(event: 'created' | 'destroyed', channel: RpmsgChannel): void;
}

/** All rpmsg devices of one system and the drivers they share. */
export class RpmsgBus {
  readonly drivers: RpmsgDriver[] = [];
  readonly devices: VirtioRpmsg[] = [];

  constructor(
    readonly kernel: Kernel,
    readonly listener: RpmsgListener,
  ) {}

  registerDriver(driver: RpmsgDriver): void {
    this.drivers.push(driver);
    for (const device of this.devices) device.matchAll(driver);
  }

  /** Messages to and from the remote so far, over all devices. */
  readonly counters = { sent: 0, received: 0 };

  /** The virtio driver that turns vdevs with id 7 into rpmsg devices. */
  virtioDriver(): VirtioDriver {
    return {
      name: 'virtio_rpmsg_bus',
      id: VIRTIO_ID_RPMSG,
      features: [VIRTIO_RPMSG_F_NS],
      probe: (vdev) => {
        const device = new VirtioRpmsg(this, vdev);
        const result = device.probe();
        if (result === 0) this.devices.push(device);
        return result;
      },
      remove: (vdev) => {
        const at = this.devices.findIndex((device) => device.vdev.transport === vdev.transport);
        const [device] = this.devices.splice(at, 1);
        device.remove();
      },
    };
  }
}

interface Bound {
  readonly channel: RpmsgChannel;
  driver: RpmsgDriver | undefined;
}

/** `struct virtproc_info`. */
export class VirtioRpmsg {
  private rvq!: Virtqueue;
  private svq!: Virtqueue;
  private buffers!: Uint8Array;
  private words!: DataView;
  private base!: Pa;
  private numBufs = 0;
  /** TX buffers handed out so far; each is used once before used ones are taken again. */
  private lastSbuf = 0;
  private sleepers = 0;
  private readonly endpoints = new Map<number, RpmsgCallback>();
  private readonly addresses = new IdAllocator(RPMSG_RESERVED_ADDRESSES);
  private bound: Bound[] = [];
  private readonly noRecipient = new RateLimit();
  /** A tx-complete interrupt came since the last look (`rpmsg_xmit_done()`). */
  private txDone = false;

  constructor(
    private readonly bus: RpmsgBus,
    readonly vdev: VirtioDevice,
  ) {}

  probe(): number {
    const { transport } = this.vdev;
    const { log, version } = this.bus.kernel;
    const queues = transport.findVqs(['input', 'output'], [() => this.receive(), () => this.transmitted()]);
    if (typeof queues === 'number') return queues;
    [this.rvq, this.svq] = queues;
    for (const queue of queues) queue.onBroken = (text) => log.err(this.vdev, text);
    // WARN_ON(); the real line also has CPU, PID and line number.
    if (this.rvq.num !== this.svq.num) {
      log.warn({ prefix: 'WARNING' }, 'at drivers/rpmsg/virtio_rpmsg_bus.c rpmsg_probe');
    }
    this.numBufs = Math.min(this.rvq.num * 2, RPMSG_MAX_NUM_BUFS);
    const size = this.numBufs * RPMSG_BUF_SIZE;
    const base = transport.dma.alloc(size);
    if (base === undefined) {
      transport.delVqs();
      return -ENOMEM;
    }
    this.base = base;
    this.buffers = transport.dma.bytes(base, size);
    this.words = new DataView(this.buffers.buffer as ArrayBuffer, this.buffers.byteOffset, size);
    for (let i = 0; i < this.numBufs / 2; i++) {
      this.rvq.addInbuf(this.addressOf(i), RPMSG_BUF_SIZE, i);
    }
    // From 6.16 or so on, tx-complete interrupts are left on.
    if (version !== '7.2') this.svq.disableCb();
    if (this.hasNameService) openNameService(this.bus.kernel, this);
    const notify = this.rvq.kickPrepare();
    transport.status |= VIRTIO_CONFIG_S_DRIVER_OK;
    if (notify) this.rvq.kick();
    log.info(this.vdev, 'rpmsg host is online');
    return 0;
  }

  remove(): void {
    const { transport } = this.vdev;
    transport.status = 0;
    for (const { channel } of [...this.bound]) this.destroyChannel(channel.name, channel.dst);
    this.endpoints.clear();
    transport.delVqs();
    transport.dma.free(this.base);
  }

  get hasNameService(): boolean {
    return (this.vdev.features & (1 << VIRTIO_RPMSG_F_NS)) !== 0;
  }

  /** `rpmsg_get_mtu()`. */
  get mtu(): number {
    return RPMSG_BUF_SIZE - HDR;
  }

  /** `__rpmsg_create_ept()`: any free address from 0x400 on, or exactly `addr`; undefined when taken. */
  createEpt(callback: RpmsgCallback, addr: number = RPMSG_ADDR_ANY): RpmsgEndpoint | undefined {
    let local = addr;
    if (addr === RPMSG_ADDR_ANY) local = this.addresses.next();
    else if (!this.addresses.take(addr)) {
      this.bus.kernel.log.err(this.vdev, 'idr_alloc failed: -28');
      return undefined;
    }
    this.endpoints.set(local, callback);
    return {
      addr: local,
      sendto: (data, dst) => this.send(local, dst, data, true),
      trysendto: (data, dst) => this.send(local, dst, data, false),
      destroy: () => {
        this.endpoints.delete(local);
        this.addresses.free(local);
      },
    };
  }

  /** `rpmsg_send_offchannel_raw()`. */
  private send(src: number, dst: number, data: Uint8Array, wait: boolean): number {
    const { log } = this.bus.kernel;
    const { vdev } = this;
    if (src === RPMSG_ADDR_ANY || dst === RPMSG_ADDR_ANY) {
      log.err(vdev, `invalid addr (src 0x${src.toString(16)}, dst 0x${dst.toString(16)})`);
      return -EINVAL;
    }
    if (data.length > this.mtu) {
      log.err(vdev, `message is too big (${data.length})`);
      return -EMSGSIZE;
    }
    let index = this.getTxBuf();
    if (index < 0 && !wait) return -ENOMEM;
    if (index < 0) {
      index = this.waitForTxBuf();
      if (index < 0) {
        log.err(vdev, 'timeout waiting for a tx buffer');
        return -ERESTARTSYS;
      }
    }
    const at = index * RPMSG_BUF_SIZE;
    const words = this.words;
    words.setUint32(at, src, true);
    words.setUint32(at + 4, dst, true);
    words.setUint32(at + 8, 0, true);
    words.setUint32(at + 12, data.length, true);
    this.buffers.set(data, at + HDR);
    const result = this.svq.addOutbuf(this.addressOf(index), HDR + data.length, index);
    if (result < 0) {
      log.err(vdev, `virtqueue_add_outbuf failed: ${result}`);
      return result;
    }
    if (this.bus.kernel.recorder) this.record('out', at);
    this.bus.counters.sent++;
    this.svq.kick();
    return 0;
  }

  private getTxBuf(): number {
    if (this.lastSbuf < this.numBufs / 2) return this.numBufs / 2 + this.lastSbuf++;
    return this.svq.getBuf();
  }

  /** Sleeps until a buffer comes back; while anyone sleeps, tx-complete interrupts are on. */
  private waitForTxBuf(): number {
    const suppress = this.bus.kernel.version !== '7.2';
    if (this.sleepers++ === 0 && suppress) this.svq.enableCb();
    let index = this.getTxBuf();
    // Only an interrupt wakes a sleeper; the last look is when the time is up.
    if (index < 0) {
      this.txDone = false;
      this.bus.kernel.scheduler.runUntil(() => {
        if (!this.txDone) return false;
        index = this.getTxBuf();
        this.txDone = index >= 0;
        return index >= 0;
      }, RPMSG_SEND_TIMEOUT_MS);
      if (index < 0) index = this.getTxBuf();
    }
    if (--this.sleepers === 0 && suppress) this.svq.disableCb();
    return index;
  }

  private transmitted(): void {
    this.txDone = true;
  }

  /** `rpmsg_recv_done()`: drains the used ring, one kick at the end. */
  private receive(): void {
    const { log } = this.bus.kernel;
    let received = 0;
    let index = this.rvq.getBuf();
    if (index < 0) log.err(this.vdev, 'uhm, incoming signal, but no used buffer ?');
    for (; index >= 0; index = this.rvq.getBuf()) {
      const result = this.receiveOne(index, this.rvq.usedLen);
      if (result < 0) break;
      received++;
      this.bus.counters.received++;
      const posted = this.rvq.addInbuf(this.addressOf(index), RPMSG_BUF_SIZE, index);
      if (posted < 0) {
        log.err(this.vdev, `failed to add a virtqueue buffer: ${posted}`);
        break;
      }
    }
    if (received > 0) this.rvq.kick();
  }

  private receiveOne(index: number, usedLen: number): number {
    const at = index * RPMSG_BUF_SIZE;
    if (this.bus.kernel.recorder) this.record('in', at);
    const len = this.words.getUint16(at + 12, true);
    // The subtraction is unsigned in the kernel: a used.len below 16 passes.
    if (usedLen > RPMSG_BUF_SIZE || len > (usedLen - HDR) >>> 0) {
      this.bus.kernel.log.warn(this.vdev, `inbound msg too big: (${usedLen}, ${len})`);
      return -EINVAL;
    }
    const callback = this.endpoints.get(this.words.getUint32(at + 4, true));
    if (callback) {
      callback(this.buffers.subarray(at + HDR, at + HDR + len), this.words.getUint32(at, true));
    } else {
      const { log, scheduler } = this.bus.kernel;
      const missed = this.noRecipient.pass(scheduler.now);
      if (missed > 0) log.warn({ prefix: 'rpmsg_recv_single' }, `${missed} callbacks suppressed`);
      if (missed >= 0) log.warn(this.vdev, 'msg received with no recipient');
    }
    return 0;
  }

  /** Shows the message in the buffer at `at` to the recorder. */
  private record(direction: 'in' | 'out', at: number): void {
    const { recorder, scheduler } = this.bus.kernel;
    const { name, transport } = this.vdev;
    const length = HDR + this.words.getUint16(at + 12, true);
    const bytes = this.buffers.subarray(at, at + Math.min(length, RPMSG_BUF_SIZE));
    const from = { device: name, processor: transport.processor };
    recorder!.message({ time: scheduler.now, ...from, direction, bytes, length });
  }

  private addressOf(index: number): number {
    return this.base + index * RPMSG_BUF_SIZE;
  }

  /** `rpmsg_create_channel()`: false when the same name with the same remote address is there. */
  createChannel(name: string, dst: number): boolean {
    if (this.bound.some(({ channel }) => channel.name === name && channel.dst === dst)) {
      const any = RPMSG_ADDR_ANY.toString(16);
      this.bus.kernel.log.err(this.vdev, `channel ${name}:${any}:${dst.toString(16)} already exist`);
      return false;
    }
    const deviceName = `${this.vdev.name}.${name}.-1.${dst | 0}`;
    const channel: RpmsgChannel = {
      name,
      deviceName,
      prefix: `rpmsg ${deviceName}`,
      src: RPMSG_ADDR_ANY,
      dst,
      ept: undefined,
      createEpt: (callback, addr) => this.createEpt(callback, addr),
    };
    const entry: Bound = { channel, driver: undefined };
    this.bound.push(entry);
    this.bus.listener.channel('created', channel);
    for (const driver of this.bus.drivers) {
      if (!entry.driver && driver.idTable.includes(name)) this.bind(entry, driver);
    }
    return true;
  }

  /** Unregisters a channel; false when there is none. */
  destroyChannel(name: string, dst: number): boolean {
    const at = this.bound.findIndex(({ channel }) => channel.name === name && channel.dst === dst);
    if (at < 0) return false;
    const [{ channel, driver }] = this.bound.splice(at, 1);
    this.bus.listener.channel('destroyed', channel);
    driver?.remove?.(channel);
    channel.ept?.destroy();
    return true;
  }

  /** Binds a new driver to the channels that have none. A probe that failed is not tried again. */
  matchAll(driver: RpmsgDriver): void {
    for (const entry of [...this.bound]) {
      if (!entry.driver && driver.idTable.includes(entry.channel.name)) this.bind(entry, driver);
    }
  }

  /** `rpmsg_dev_probe()`. */
  private bind(entry: Bound, driver: RpmsgDriver): void {
    const device = { ...entry.channel, prefix: `${driver.name} ${entry.channel.deviceName}` };
    const channel = Object.assign(entry.channel, device);
    entry.driver = driver;
    if (driver.callback) {
      channel.ept = this.createEpt((data, src) => driver.callback!(channel, data, src));
      if (channel.ept) channel.src = channel.ept.addr;
    }
    const result = driver.probe(channel);
    if (result < 0) {
      this.bus.kernel.log.err(channel, `rpmsg_dev_probe: failed: ${result}`);
      probeFailed(this.bus.kernel, channel, channel.deviceName, driver.name, result);
      channel.ept?.destroy();
      channel.ept = undefined;
      entry.driver = undefined;
    }
  }
}
