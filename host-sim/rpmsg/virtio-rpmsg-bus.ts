/** drivers/rpmsg/virtio_rpmsg_bus.c: a virtio device with id 7 becomes a parent of rpmsg devices. */
import {
  RPMSG_ADDR_ANY,
  RPMSG_NAME_SIZE,
  RPMSG_NS_ADDR,
  RpmsgNsMsg,
  VIRTIO_RPMSG_F_NS,
} from '../../runtime/abi/rpmsg.js';
import { utf8Encode } from '../../runtime/abi/utf8.js';
import { VIRTIO_CONFIG_S_DRIVER_OK, VIRTIO_ID_RPMSG } from '../../runtime/abi/virtio.js';
import { EINVAL, ENOMEM } from '../errno.js';
import type { VirtioDevice, VirtioDriver, VirtioTransport } from '../virtio/bus.js';
import { RpmsgBuffers } from './buffers.js';
import type { RpmsgBus } from './bus.js';
import type { ChannelInfo, RpmsgCallback, RpmsgChannel, RpmsgCore, RpmsgEndpoint } from './channel.js';
import { type DeviceOps, RpmsgDevice } from './device.js';
import { Endpoints } from './endpoints.js';
import { Receiver } from './receive.js';
import { Transmitter } from './transmit.js';

/** The virtio driver that turns vdevs with id 7 into rpmsg devices. */
export function virtioRpmsgDriver(bus: RpmsgBus): VirtioDriver {
  const live = new Map<VirtioTransport, VirtioRpmsg>();
  return {
    name: 'virtio_rpmsg_bus',
    id: VIRTIO_ID_RPMSG,
    features: [VIRTIO_RPMSG_F_NS],
    probe(vdev) {
      const device = new VirtioRpmsg(bus, vdev);
      const result = device.probe();
      if (result === 0) live.set(vdev.transport, device);
      return result;
    },
    remove({ transport }) {
      live.get(transport)!.remove();
      live.delete(transport);
    },
  };
}

/** `struct virtproc_info` */
class VirtioRpmsg implements DeviceOps {
  readonly core: RpmsgCore;
  readonly parent: string;
  private readonly children: RpmsgDevice[] = [];
  private buffers!: RpmsgBuffers;
  private endpoints!: Endpoints;
  private transmitter!: Transmitter;
  private receiver!: Receiver;

  constructor(
    private readonly bus: RpmsgBus,
    private readonly vdev: VirtioDevice,
  ) {
    this.core = bus.core;
    this.parent = vdev.name;
  }

  /** `rpmsg_probe()` */
  probe(): number {
    const { vdev } = this;
    const { transport } = vdev;
    const { kernel, counters } = this.bus;
    const { log } = kernel;
    const queues = transport.findVqs(
      ['input', 'output'],
      [() => this.receiver.done(), () => this.transmitter.done()],
    );
    if (typeof queues === 'number') return queues;
    const [rvq, svq] = queues;
    for (const queue of queues) queue.onBroken = (text) => log.err(vdev, text);
    // WARN_ON(); the real line also has CPU, PID and line number.
    if (rvq.num !== svq.num) {
      log.warn({ prefix: 'WARNING' }, 'at drivers/rpmsg/virtio_rpmsg_bus.c rpmsg_probe');
    }
    const buffers = RpmsgBuffers.alloc(transport.dma, rvq.num);
    if (!buffers) {
      transport.delVqs();
      return -ENOMEM;
    }
    this.buffers = buffers;
    log.dbg(vdev, () => `buffers: va (____ptrval____), dma 0x${buffers.base.toString(16).padStart(16, '0')}`);
    this.transmitter = new Transmitter(kernel, vdev, svq, buffers, counters);
    this.endpoints = new Endpoints(kernel, this.transmitter);
    this.receiver = new Receiver(kernel, vdev, rvq, buffers, this.endpoints, counters);
    this.addOverride('rpmsg_ctrl', 0);
    if (this.hasNameService) this.addOverride('rpmsg_ns', RPMSG_NS_ADDR);
    const notify = rvq.kickPrepare();
    transport.status |= VIRTIO_CONFIG_S_DRIVER_OK;
    if (notify) rvq.kick();
    log.info(vdev, 'rpmsg host is online');
    return 0;
  }

  /** `rpmsg_remove()`: the reset comes first, so that nothing that goes out afterwards need arrive. */
  remove(): void {
    const { transport } = this.vdev;
    transport.status = 0;
    for (const device of [...this.children]) this.removeDevice(device);
    this.endpoints.clear();
    // Whoever still holds an endpoint of it gets -EIO from then on.
    transport.delVqs();
    this.buffers.free();
  }

  private get hasNameService(): boolean {
    return (this.vdev.features & (1 << VIRTIO_RPMSG_F_NS)) !== 0;
  }

  /** `rpmsg_register_device_override()`: a device for one driver, named after it, with the same address on both sides. */
  private addOverride(driver: string, address: number): void {
    const info = { name: driver, src: address, dst: address };
    const device = new RpmsgDevice(this, info, { driverOverride: driver });
    this.children.push(device);
    this.bus.addDevice(device);
  }

  private removeDevice(device: RpmsgDevice): void {
    const at = this.children.indexOf(device);
    if (at < 0) return;
    this.children.splice(at, 1);
    if (!device.isInternal) this.bus.listener.channel('destroyed', device);
    this.bus.removeDevice(device);
  }

  createEpt(channel: RpmsgChannel, callback: RpmsgCallback, addr: number): RpmsgEndpoint | undefined {
    return this.endpoints.create(channel, callback, addr);
  }

  /** `__rpmsg_create_channel()` */
  createChannel(wanted: ChannelInfo): RpmsgChannel | undefined {
    const info = { ...wanted, name: fieldName(wanted.name) };
    const { name, src, dst } = info;
    if (this.children.some((device) => device.fits(info))) {
      const { log } = this.bus.kernel;
      log.err(this.vdev, `channel ${name}:${src.toString(16)}:${dst.toString(16)} already exist`);
      return undefined;
    }
    // A channel with a fixed address is a service of the host: the remote must be told.
    const device = new RpmsgDevice(this, info, { announce: src !== RPMSG_ADDR_ANY });
    this.children.push(device);
    this.bus.listener.channel('created', device);
    if (this.bus.addDevice(device) === 0) return device;
    this.removeDevice(device);
    return undefined;
  }

  /** `rpmsg_unregister_device()` */
  releaseChannel(info: ChannelInfo): number {
    const device = this.children.find((child) => child.fits({ ...info, name: fieldName(info.name) }));
    if (!device) return -EINVAL;
    this.removeDevice(device);
    return 0;
  }

  /** `virtio_rpmsg_announce_create()` and `virtio_rpmsg_announce_destroy()` */
  announce(channel: RpmsgChannel, flags: number): number {
    const { ept } = channel;
    if (!channel.announce || !ept || !this.hasNameService) return 0;
    const message = RpmsgNsMsg.pack({ name: channel.name, addr: ept.addr, flags });
    const result = ept.sendto(message, RPMSG_NS_ADDR);
    if (result !== 0) this.bus.kernel.log.err(channel, `failed to announce service ${result}`);
    return result;
  }
}

/** A name as the 32 bytes of `struct rpmsg_device_id` hold it, NUL included. */
function fieldName(name: string): string {
  let [text] = name.split('\0');
  while (utf8Encode(text).length >= RPMSG_NAME_SIZE) text = text.slice(0, -1);
  return text;
}
