/**
 * drivers/char/virtio_console.c with the one port that fits two vrings: /dev/hvcN for a virtio console (id 3),
 * /dev/vportNp0 for a remoteproc serial device (id 11).
 */
import { type Pa, pa } from '../../runtime/abi/address.js';
import {
  VIRTIO_CONFIG_S_DRIVER_OK,
  VIRTIO_ID_CONSOLE,
  VIRTIO_ID_RPROC_SERIAL,
} from '../../runtime/abi/virtio.js';
import { EAGAIN, EINVAL, ENODEV, ENOMEM, ENOSPC } from '../errno.js';
import { IdAllocator, type Kernel } from '../kernel.js';
import type { VirtioDevice, VirtioDriver } from './bus.js';
import type { Virtqueue } from './virtqueue.js';

/** Feature bits that the driver of id 3 knows; that of id 11 knows none. */
const VIRTIO_CONSOLE_F_SIZE = 0;
const VIRTIO_CONSOLE_F_MULTIPORT = 1;
/** Where `struct virtio_console_config` has the number of ports, u32. */
const MAX_NR_PORTS = 4;
const VIRTCONS_MAX_PORTS = 0x8000;
const PAGE = 4096;
/** A write to a port takes no more at once. */
const MAX_WRITE = 32 * 1024;
/** Linux spins until a console's text was taken; a test wants to go on. */
const SPIN_MS = 15000;

/** What a program on Linux does with the port: open for as long as the device is there, and raw. */
export interface ConsolePort {
  /** `hvc0` for id 3, `vport0p0` for id 11. */
  readonly name: string;
  /**
   * Bytes of `data` that were written, or a negative errno. An hvc waits until the core has given each page back, at most
   * 15 virtual s where Linux would spin for ever; a vport takes up to 32 KiB and does not wait: -EAGAIN when its ring is full.
   */
  write(data: Uint8Array): number;
  /** What has come, at most `count` bytes; a vport gives one buffer's content at a time. Empty when there is nothing. */
  read(count?: number): Uint8Array;
}

interface Buffer {
  readonly address: Pa;
  readonly size: number;
}

/** All console ports of one system, in order of their appearance. */
export class ConsolePorts {
  /** Ports that are there now. */
  readonly ports: ConsolePort[] = [];
  private readonly live: Port[] = [];
  private readonly hvcIds = new IdAllocator();

  constructor(readonly kernel: Kernel) {}

  /** The drivers of both ids. */
  drivers(): VirtioDriver[] {
    const known = [VIRTIO_CONSOLE_F_SIZE, VIRTIO_CONSOLE_F_MULTIPORT];
    return [
      this.driver('virtio_console', VIRTIO_ID_CONSOLE, known),
      this.driver('virtio_rproc_serial', VIRTIO_ID_RPROC_SERIAL, []),
    ];
  }

  private driver(name: string, id: number, features: readonly number[]): VirtioDriver {
    return {
      name,
      id,
      features,
      probe: (device) => this.probe(device),
      remove: (device) => this.remove(device),
    };
  }

  /** `virtcons_probe()`. */
  private probe(device: VirtioDevice): number {
    const { transport } = device;
    if (device.features & (1 << VIRTIO_CONSOLE_F_MULTIPORT)) return this.refuseMultiport(device);
    const port = new Port(this.kernel, device);
    const queues = transport.findVqs(['input', 'output'], [() => port.received(), () => {}]);
    if (typeof queues === 'number') return queues;
    for (const queue of queues) queue.onBroken = (text) => this.kernel.log.err(device, text);
    // Ready first: the device sees DRIVER_OK before the first buffer.
    transport.status |= VIRTIO_CONFIG_S_DRIVER_OK;
    port.start(queues);
    this.live.push(port);
    // The probe succeeds without the port as well.
    if (port.fillQueue() < 0) return 0;
    const { name } = device;
    port.name = port.serial ? `vport${name.slice('virtio'.length)}p0` : `hvc${this.hvcIds.next()}`;
    this.ports.push(port);
    return 0;
  }

  /** Whatever the config space says: control queues would be the third and fourth, remoteproc has no vring for them. */
  private refuseMultiport(device: VirtioDevice): number {
    // Where the config space is too short Linux looks at what was on its stack.
    const field = new Uint8Array(4);
    device.transport.get(MAX_NR_PORTS, field);
    const ports = new DataView(field.buffer).getInt32(0, true);
    if (ports < 1 || ports > VIRTCONS_MAX_PORTS) {
      this.kernel.log.err(device, `Invalidate max_nr_ports ${ports}`);
    }
    return -EINVAL;
  }

  /** `virtcons_remove()`. */
  private remove({ transport }: VirtioDevice): void {
    transport.status = 0;
    const at = this.live.findIndex(({ device }) => device.transport === transport);
    const [port] = this.live.splice(at, 1);
    const shown = this.ports.indexOf(port);
    if (shown >= 0) this.ports.splice(shown, 1);
    if (port.name.startsWith('hvc')) this.hvcIds.free(Number(port.name.slice('hvc'.length)));
    transport.delVqs();
    port.end();
  }
}

/** `struct port`. */
class Port implements ConsolePort {
  name = '';
  readonly serial: boolean;
  private gone = false;
  private input!: Virtqueue;
  private output!: Virtqueue;
  /** Buffers that were posted to either ring, by their tokens. */
  private readonly buffers = new Map<number, Buffer>();
  private readonly tokens = new IdAllocator();
  /** The buffer that is being read: `from` bytes of its `len` were given out. */
  private current: { readonly token: number; readonly len: number; from: number } | undefined;
  /** What an hvc has put into its tty. */
  private tty: Uint8Array[] = [];

  constructor(
    private readonly kernel: Kernel,
    readonly device: VirtioDevice,
  ) {
    this.serial = device.id === VIRTIO_ID_RPROC_SERIAL;
  }

  start([input, output]: readonly Virtqueue[]): void {
    this.input = input;
    this.output = output;
  }

  end(): void {
    this.gone = true;
    for (const token of [...this.buffers.keys()]) this.free(token);
  }

  /** `fill_queue()`: a page for each entry of the ring, with a kick for each. */
  fillQueue(): number {
    for (let i = 0; i < this.input.num; i++) {
      const token = this.alloc(PAGE);
      if (token < 0) return token;
      this.post(token);
    }
    return 0;
  }

  /**
   * `alloc_buf()`: DMA memory of the device for id 11. For id 3 it is kmalloc() and may lie anywhere in Linux's RAM; this
   * Linux has no other memory than what the core reaches, so that it is DMA memory here too.
   */
  private alloc(size: number): number {
    const { dma } = this.device.transport;
    const address = dma.alloc(size);
    if (address === undefined) return -ENOMEM;
    const token = this.tokens.next();
    this.buffers.set(token, { address, size });
    return token;
  }

  private free(token: number): void {
    this.device.transport.dma.free(this.buffers.get(token)!.address);
    this.buffers.delete(token);
    this.tokens.free(token);
  }

  private bytes(token: number, len: number): Uint8Array {
    return this.device.transport.dma.bytes(pa(this.buffers.get(token)!.address), len);
  }

  /** `add_inbuf()`. */
  private post(token: number): void {
    const { address, size } = this.buffers.get(token)!;
    this.input.addInbuf(address, size, token);
    this.input.kick();
  }

  /** `get_inbuf()`: the next buffer that the core has filled. */
  private next(): boolean {
    if (this.current) return true;
    const token = this.input.getBuf();
    if (token < 0) return false;
    const len = Math.min(this.input.usedLen, this.buffers.get(token)!.size);
    this.current = { token, len, from: 0 };
    return true;
  }

  /** `fill_readbuf()`: from one buffer, which is posted again when nothing of it is left. */
  private take(count: number): Uint8Array {
    if (count <= 0 || !this.next()) return new Uint8Array(0);
    const { current } = this;
    const { token, len, from } = current!;
    const till = Math.min(len, from + count);
    const { dma } = this.device.transport;
    dma.cache?.invalidate(this.buffers.get(token)!.address, len);
    const data = this.bytes(token, len).slice(from, till);
    current!.from = till;
    if (till === len) {
      this.current = undefined;
      this.post(token);
    }
    return data;
  }

  /** `in_intr()`: an hvc takes everything to its tty at once; a vport leaves it in the ring until it is read. */
  received(): void {
    if (this.name === '') return;
    this.next();
    if (this.serial) return;
    while (this.next()) this.tty.push(this.take(PAGE));
  }

  read(count = Number.POSITIVE_INFINITY): Uint8Array {
    if (this.gone) return new Uint8Array(0);
    if (this.serial) return this.take(count);
    const all = Buffer.concat(this.tty);
    const data = Uint8Array.from(all.subarray(0, count));
    this.tty = all.length > data.length ? [Uint8Array.from(all.subarray(data.length))] : [];
    return data;
  }

  write(data: Uint8Array): number {
    if (this.gone) return -ENODEV;
    if (this.serial) return data.length === 0 ? 0 : this.send(data.subarray(0, MAX_WRITE));
    let written = 0;
    while (written < data.length) {
      const result = this.send(data.subarray(written, written + PAGE));
      if (result < 0) return written || result;
      // put_chars() spins until the core has given a buffer back.
      let taken = 0;
      this.kernel.scheduler.runUntil(() => {
        if (!this.gone) taken = this.reclaim();
        return taken > 0 || this.gone || this.output.broken;
      }, SPIN_MS);
      if (taken === 0) return written;
      written += result;
    }
    return written;
  }

  /** `__send_to_port()` without its wait. */
  private send(data: Uint8Array): number {
    this.reclaim();
    const token = this.alloc(data.length);
    if (token < 0) return token;
    const { address } = this.buffers.get(token)!;
    this.bytes(token, data.length).set(data);
    this.device.transport.dma.cache?.clean(address, data.length);
    const result = this.output.addOutbuf(address, data.length, token);
    this.output.kick();
    if (result === 0) return data.length;
    this.free(token);
    return result === -ENOSPC ? -EAGAIN : result;
  }

  /** `reclaim_consumed_buffers()`: how many the core has given back. */
  private reclaim(): number {
    let count = 0;
    for (let token = this.output.getBuf(); token >= 0; token = this.output.getBuf()) {
      this.free(token);
      count++;
    }
    return count;
  }
}
