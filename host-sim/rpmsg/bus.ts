/** The rpmsg bus (drivers/rpmsg/rpmsg_core.c): which driver binds which device, and what happens when it does. */
import { RPMSG_NS_CREATE, RPMSG_NS_DESTROY } from '../../runtime/abi/rpmsg.js';
import { EBUSY, EEXIST, ENODEV, ENOMEM } from '../errno.js';
import { type Kernel, probeFailed } from '../kernel.js';
import type { Sysfs } from '../sysfs.js';
import { type RpmsgChannel, RpmsgCore, type RpmsgDriver } from './channel.js';
import type { RpmsgDevice } from './device.js';

/** What somebody who watches the bus learns. */
export interface RpmsgListener {
  /** A channel was created or is about to go. */
  channel(event: 'created' | 'destroyed', channel: RpmsgChannel): void;
}

interface Loaded {
  readonly driver: RpmsgDriver;
  /** In the order in which they were bound. */
  readonly bound: RpmsgDevice[];
}

const DEVICES = '/sys/bus/rpmsg/devices';
const DRIVERS = '/sys/bus/rpmsg/drivers';

/** All rpmsg devices of one system and the drivers they share. */
export class RpmsgBus {
  readonly core: RpmsgCore;
  /** Messages to and from the remotes so far. */
  readonly counters = { sent: 0, received: 0 };
  private readonly loaded: Loaded[] = [];
  private readonly all: RpmsgDevice[] = [];

  constructor(
    readonly kernel: Kernel,
    private readonly sysfs: Sysfs,
    /** @internal */
    readonly listener: RpmsgListener,
  ) {
    this.core = new RpmsgCore(kernel);
  }

  /** Devices that exist now, control devices and name services included, in order of their making. */
  get devices(): readonly RpmsgChannel[] {
    return this.all;
  }

  /** Drivers that are loaded, in order. */
  get drivers(): readonly RpmsgDriver[] {
    return this.loaded.map(({ driver }) => driver);
  }

  /** `register_rpmsg_driver()`: binds the devices that wait for it. 0, or -EBUSY when the name is taken. */
  registerDriver(driver: RpmsgDriver): number {
    if (this.loaded.some((other) => other.driver.name === driver.name)) {
      const { log } = this.kernel;
      log.err({ prefix: 'Error' }, `Driver '${driver.name}' is already registered, aborting...`);
      return -EBUSY;
    }
    const entry: Loaded = { driver, bound: [] };
    this.loaded.push(entry);
    this.sysfs.add(`${DRIVERS}/${driver.name}`, {
      bind: { store: (text) => this.bindByName(entry, text) },
      unbind: { store: (text) => this.unbindByName(entry, text) },
    });
    for (const device of [...this.all]) this.attach(entry, device);
    return 0;
  }

  /** `unregister_rpmsg_driver()`: leaves its devices, the last one first; they stay without a driver. */
  unregisterDriver(name: string): void {
    const at = this.loaded.findIndex(({ driver }) => driver.name === name);
    if (at < 0) return;
    const [entry] = this.loaded.splice(at, 1);
    this.sysfs.remove(`${DRIVERS}/${name}`);
    for (const device of [...entry.bound].reverse()) this.detach(entry, device);
  }

  /**
   * `device_add()`: the drivers try their luck in the order of their loading. 0, or -EEXIST for a name in use.
   * @internal
   */
  addDevice(device: RpmsgDevice): number {
    if (this.named(device.deviceName)) {
      this.kernel.log.err(device, `device_add failed: ${-EEXIST}`);
      return -EEXIST;
    }
    this.all.push(device);
    this.sysfs.add(`${DEVICES}/${device.deviceName}`, device.attributes());
    for (const entry of [...this.loaded]) this.attach(entry, device);
    return 0;
  }

  /**
   * `device_unregister()`
   * @internal
   */
  removeDevice(device: RpmsgDevice): void {
    const at = this.all.indexOf(device);
    if (at < 0) return;
    this.all.splice(at, 1);
    const entry = this.loaded.find(({ bound }) => bound.includes(device));
    if (entry) this.detach(entry, device);
    this.sysfs.remove(`${DEVICES}/${device.deviceName}`);
  }

  private attach(entry: Loaded, device: RpmsgDevice): number {
    if (device.driver || !this.all.includes(device) || !matches(device, entry.driver)) return -ENODEV;
    device.driver = entry.driver;
    const result = this.probe(entry.driver, device);
    if (result === 0) {
      entry.bound.push(device);
      // A probe that sleeps lets others run: the device or the driver may have gone meanwhile.
      if (!this.all.includes(device) || !this.loaded.includes(entry)) this.detach(entry, device);
    } else {
      probeFailed(this.kernel, device, device.deviceName, entry.driver.name, result);
      device.driver = undefined;
    }
    return result;
  }

  /** `rpmsg_dev_probe()`: default endpoint, the driver's probe, the announcement. */
  private probe(driver: RpmsgDriver, device: RpmsgDevice): number {
    const { log } = this.kernel;
    let ept: RpmsgDevice['ept'];
    if (driver.callback) {
      ept = device.createEpt((data, src) => driver.callback!(device, data, src), device.src);
      if (!ept) {
        log.err(device, 'failed to create endpoint');
        return -ENOMEM;
      }
      device.ept = ept;
      // It stays the address when the driver fails or leaves: the next one is given the same.
      device.src = ept.addr;
    }
    let result = driver.probe(device);
    if (result !== 0) {
      log.err(device, `rpmsg_dev_probe: failed: ${result}`);
    } else {
      result = device.ops.announce(device, RPMSG_NS_CREATE);
      if (result === 0) return 0;
      log.err(device, 'failed to announce creation');
      driver.remove?.(device);
    }
    ept?.destroy();
    device.ept = undefined;
    return result;
  }

  /** `rpmsg_dev_remove()` */
  private detach(entry: Loaded, device: RpmsgDevice): void {
    entry.bound.splice(entry.bound.indexOf(device), 1);
    device.ops.announce(device, RPMSG_NS_DESTROY);
    entry.driver.remove?.(device);
    device.ept?.destroy();
    device.ept = undefined;
    device.driver = undefined;
  }

  /** `bind_store()` */
  private bindByName(entry: Loaded, text: string): number {
    const device = this.named(text);
    if (!device || !matches(device, entry.driver)) return -ENODEV;
    if (device.driver) return -EBUSY;
    return this.attach(entry, device) || text.length;
  }

  /** `unbind_store()` */
  private unbindByName(entry: Loaded, text: string): number {
    const device = this.named(text);
    if (!device || device.driver !== entry.driver) return -ENODEV;
    this.detach(entry, device);
    return text.length;
  }

  private named(text: string): RpmsgDevice | undefined {
    const [line] = text.split('\n');
    return this.all.find(({ deviceName }) => deviceName === line);
  }
}

/** `rpmsg_dev_match()`: the override alone where there is one, else the id table, up to its first empty name. */
function matches(device: RpmsgDevice, { name, idTable = [] }: RpmsgDriver): boolean {
  if (device.driverOverride !== undefined) return device.driverOverride === name;
  return device.name !== '' && idTable.includes(device.name);
}
