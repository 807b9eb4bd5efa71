/** All remote processors of one system: registered, found and given back (remoteproc_core.c, remoteproc_sysfs.c). */
import { EINVAL } from '../errno.js';
import type { Kernel } from '../kernel.js';
import type { Device } from '../printk.js';
import { rprocBoot, rprocShutdown } from './core.js';
import { Rproc } from './rproc.js';

/** A device that has another one above it. */
interface ChildDevice extends Device {
  readonly parent?: ChildDevice;
}

/** Told when processors come and go, so that their files and nodes do. */
export interface RegistryListener {
  added(rproc: Rproc): void;
  removed(rproc: Rproc): void;
}

/** The remote processors of one simulated system. */
export class RprocRegistry {
  private readonly list: Rproc[] = [];
  private readonly listeners: RegistryListener[] = [];

  constructor(private readonly kernel: Kernel) {}

  /** Processors that are registered, in the order in which they were. */
  get all(): readonly Rproc[] {
    return this.list;
  }

  /** Tells `listener` from now on. */
  listen(listener: RegistryListener): void {
    this.listeners.push(listener);
  }

  /**
   * `rproc_add()` (`rproc_register()` in the first API): 0 or a negative errno. An automatic boot is a kernel thread of its
   * own, whose outcome is in the log; `wait` leaves it out.
   */
  add(rproc: Rproc, wait = false): number {
    const { start, attach } = rproc.ops as Partial<Rproc['ops']>;
    const valid =
      (rproc.state === 'offline' && start) || (rproc.state === 'detached' && attach && !rproc.cachedTable);
    if (!valid) return -EINVAL;
    this.kernel.log.info(rproc, `${rproc.name} is available`);
    for (const listener of this.listeners) listener.added(rproc);
    this.list.push(rproc);
    if (rproc.autoBoot && !wait) this.autoBoot(rproc);
    return 0;
  }

  /**
   * `rproc_trigger_auto_boot()`. The request for the file is asynchronous: its callback boots whatever came of it, which
   * requests the file once more. An attach comes from a work item; in 6.1 it is a part of the registration, which fails
   * with it.
   */
  private autoBoot(rproc: Rproc): void {
    const { scheduler, version } = this.kernel;
    if (rproc.state === 'detached') {
      scheduler.post(() =>
        scheduler.thread(async () => {
          const result = await rprocBoot(rproc);
          if (result < 0 && version === '6.1') this.forget(rproc);
        }),
      );
      return;
    }
    scheduler.post(() => {
      rproc.platform.firmware.request(rproc.firmware, rproc);
      scheduler.thread(() => rprocBoot(rproc));
    });
  }

  /** `rproc_del()` (`rproc_unregister()` in the first API): shuts the core down, whoever else uses it keeps a dead handle. */
  async del(rproc: Rproc): Promise<number> {
    if (!this.list.includes(rproc)) return -EINVAL;
    const old = this.kernel.version === '6.1';
    if (!old) rproc.deleting = true;
    await rprocShutdown(rproc);
    if (old) rproc.state = 'deleted';
    this.forget(rproc);
    return 0;
  }

  private forget(rproc: Rproc): void {
    this.list.splice(this.list.indexOf(rproc), 1);
    for (const listener of this.listeners) listener.removed(rproc);
  }

  /** `rproc_get_by_phandle()`: takes a reference on the device and one on its driver's module. */
  getByPhandle(phandle: number): Rproc | undefined {
    return this.get(({ phandle: own }) => own === phandle);
  }

  /** As the first API had it, by the processor's name. */
  getByName(name: string): Rproc | undefined {
    return this.get((rproc) => rproc.name === name);
  }

  private get(wanted: (rproc: Rproc) => boolean): Rproc | undefined {
    const rproc = this.list.find(wanted);
    if (rproc) {
      rproc.references.device++;
      rproc.references.module++;
    }
    return rproc;
  }

  /** `rproc_put()`. */
  put({ references }: Rproc): void {
    references.module--;
    references.device--;
  }

  /** `rproc_get_by_child()`: the processor above a device, such as a virtio device of it. Takes no reference. */
  getByChild(child: ChildDevice): Rproc | undefined {
    for (let at = child.parent; at; at = at.parent) if (at instanceof Rproc) return at;
    return undefined;
  }
}
