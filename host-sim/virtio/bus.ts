/** drivers/virtio/virtio.c: virtio devices meet their drivers, and the status byte shows how far they got. */
import {
  VIRTIO_CONFIG_S_ACKNOWLEDGE,
  VIRTIO_CONFIG_S_DRIVER,
  VIRTIO_CONFIG_S_DRIVER_OK,
  VIRTIO_CONFIG_S_FAILED,
  VIRTIO_RING_F_EVENT_IDX,
  VIRTIO_RING_F_INDIRECT_DESC,
} from '../../runtime/abi/virtio.js';
import { IdAllocator } from '../kernel.js';
import type { Device } from '../printk.js';
import type { DmaMemory } from '../soc/dma-pool.js';
import type { Virtqueue, VirtqueueCallback } from './virtqueue.js';

/** `struct virtio_config_ops`, as remoteproc implements them. */
export interface VirtioTransport {
  /** Who prints what happens to the device. */
  device: Device;
  status: number;
  /** What the device offers. */
  readonly features: number;
  finalizeFeatures(features: number): void;
  /** Fills `buf` from byte `offset` of the config space on; outside of it there is a line in the log and `buf` stays. */
  get(offset: number, buf: Uint8Array): void;
  /** Writes to the config space, as above. */
  set(offset: number, data: Uint8Array): void;
  findVqs(names: readonly string[], callbacks: readonly VirtqueueCallback[]): Virtqueue[] | number;
  delVqs(): void;
  /** Index of the remote processor behind it. */
  readonly processor: number;
  /** The device's DMA memory. */
  readonly dma: DmaMemory;
}

export interface VirtioDevice extends Device {
  /** `virtio0` */
  readonly name: string;
  readonly id: number;
  readonly parent: Device;
  readonly transport: VirtioTransport;
  /** Features both sides agreed on. */
  features: number;
}

export interface VirtioDriver {
  readonly name: string;
  readonly id: number;
  /** Device feature bits (0 to 23) that the driver knows. */
  readonly features: readonly number[];
  /** 0 or a negative errno. */
  probe(device: VirtioDevice): number;
  /** After DRIVER_OK was set by the bus or by probe itself. */
  remove(device: VirtioDevice): void;
}

/** Transport bits that `vring_transport_features()` lets through. */
const RING_FEATURES = (1 << VIRTIO_RING_F_INDIRECT_DESC) | (1 << VIRTIO_RING_F_EVENT_IDX);

interface Entry {
  device: VirtioDevice;
  driver: VirtioDriver | undefined;
}

export class VirtioBus {
  /** Told when a driver's probe fails; nothing else comes of it. */
  onProbeFailed: (device: VirtioDevice, driver: VirtioDriver, errno: number) => void = () => {};
  private readonly drivers: VirtioDriver[] = [];
  private readonly entries: Entry[] = [];
  private readonly ids = new IdAllocator();

  /** Devices that are registered now, in order of their registration. */
  get devices(): readonly VirtioDevice[] {
    return this.entries.map(({ device }) => device);
  }

  registerDriver(driver: VirtioDriver): void {
    this.drivers.push(driver);
    for (const entry of this.entries) this.match(entry);
  }

  /** `register_virtio_device()`: reset, ACKNOWLEDGE, then whatever driver fits. */
  register(id: number, parent: Device, transport: VirtioTransport): VirtioDevice {
    const index = this.ids.next();
    const name = `virtio${index}`;
    const device: VirtioDevice = { name, prefix: `virtio ${name}`, id, parent, transport, features: 0 };
    transport.device = device;
    transport.status = 0;
    transport.status = VIRTIO_CONFIG_S_ACKNOWLEDGE;
    const entry: Entry = { device, driver: undefined };
    this.entries.push(entry);
    this.match(entry);
    return device;
  }

  unregister(device: VirtioDevice): void {
    const at = this.entries.findIndex((entry) => entry.device === device);
    const [entry] = this.entries.splice(at, 1);
    this.release(entry);
    this.ids.free(Number(device.name.slice('virtio'.length)));
  }

  /** `echo virtio0 > unbind`: false when the device has no driver. */
  unbind(device: VirtioDevice): boolean {
    const entry = this.entries.find((candidate) => candidate.device === device);
    return entry !== undefined && this.release(entry);
  }

  /** `echo virtio0 > bind`: probes the device's driver again, where it has none. */
  bind(device: VirtioDevice): void {
    const entry = this.entries.find((candidate) => candidate.device === device);
    if (entry) this.match(entry);
  }

  /** `virtio_dev_remove()`. */
  private release(entry: Entry): boolean {
    const { driver, device } = entry;
    if (!driver) return false;
    entry.driver = undefined;
    driver.remove(device);
    device.transport.device = device;
    // The bus acknowledges the device again after its driver has reset it.
    device.transport.status |= VIRTIO_CONFIG_S_ACKNOWLEDGE;
    return true;
  }

  private match(entry: Entry): void {
    const { device } = entry;
    const driver = this.drivers.find((candidate) => candidate.id === device.id);
    if (!driver || entry.driver) return;
    const { transport } = device;
    const probed = { ...device, prefix: `${driver.name} ${device.name}` };
    transport.device = probed;
    transport.status |= VIRTIO_CONFIG_S_DRIVER;
    const wanted = driver.features.reduce((bits, bit) => bits | (1 << bit), RING_FEATURES);
    device.features = transport.features & wanted;
    probed.features = device.features;
    transport.finalizeFeatures(device.features >>> 0);
    const result = driver.probe(probed);
    if (result < 0) {
      transport.status |= VIRTIO_CONFIG_S_FAILED;
      transport.device = device;
      this.onProbeFailed(probed, driver, result);
      return;
    }
    entry.driver = driver;
    if (!(transport.status & VIRTIO_CONFIG_S_DRIVER_OK)) transport.status |= VIRTIO_CONFIG_S_DRIVER_OK;
  }
}
