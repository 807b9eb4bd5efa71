/** drivers/base/devcoredump.c: dumps of failed devices, each kept as a file in sysfs until somebody frees it. */
import { EINVAL, ENODEV } from './errno.js';
import type { Device } from './printk.js';
import type { Alarm, Scheduler } from './soc/scheduler.js';

/** `DEVCD_TIMEOUT`: how long a dump waits for user space, in virtual ms. */
export const DEVCD_TIMEOUT = 5 * 60 * 1000;

/** Most that one read of a sysfs file gives (fs/kernfs/file.c). */
const PAGE = 4096;

/** What `dev_coredumpm()` is given: where the bytes come from, and who must know that they are not needed any more. */
export interface DumpSource {
  /** At most `count` bytes from `offset` on; none at the end. */
  read(offset: number, count: number): Uint8Array;
  /** Called once, when the dump is gone or was not wanted. */
  free(): void;
}

/** A dump of a device: `/sys/class/devcoredump/devcdN`. */
export class CoredumpDevice {
  /** The file with the dump. */
  readonly path: string;
  private readonly expiry: Alarm;
  private gone = false;

  constructor(
    /** `devcd1` is the first; numbers are never given twice. */
    readonly name: string,
    /** What `failing_device` links to. */
    readonly failingDevice: Device,
    private readonly source: DumpSource,
    private readonly scheduler: Scheduler,
    private readonly removed: (device: CoredumpDevice) => void,
  ) {
    this.path = `/sys/class/devcoredump/${name}/data`;
    this.expiry = scheduler.at(scheduler.now + DEVCD_TIMEOUT, () => this.remove());
  }

  /**
   * One read() of the file: at most `count` bytes from `offset` on and never more than a page, none at the end.
   * -ENODEV once the dump is freed.
   */
  read(offset: number, count: number): Uint8Array | number {
    if (this.gone) return -ENODEV;
    if (offset < 0) return -EINVAL;
    return this.source.read(offset, Math.min(count, PAGE));
  }

  /** All of it, page by page as `cat` reads it; -ENODEV once the dump is freed. */
  readAll(): Uint8Array | number {
    const pages: Uint8Array[] = [];
    let size = 0;
    for (;;) {
      const page = this.read(size, PAGE);
      if (typeof page === 'number') return page;
      if (page.length === 0) break;
      pages.push(page);
      size += page.length;
    }
    const all = new Uint8Array(size);
    let at = 0;
    for (const page of pages) {
      all.set(page, at);
      at += page.length;
    }
    return all;
  }

  /** Any write frees the dump a moment later. How many bytes were taken, or -ENODEV once it is freed. */
  write(data: Uint8Array): number {
    if (this.gone) return -ENODEV;
    this.scheduler.post(() => this.remove());
    return data.length;
  }

  /** `devcd_del()`: the device goes, and its data is freed. Nothing happens if it has gone before. */
  remove(): void {
    if (this.gone) return;
    this.gone = true;
    this.expiry.cancel();
    this.removed(this);
    this.source.free();
  }
}

/** The class `devcoredump` of one kernel. */
export class DevCoredump {
  private readonly live: CoredumpDevice[] = [];
  private count = 0;
  private off = false;

  constructor(private readonly scheduler: Scheduler) {}

  /** The dumps that are there now, oldest first. */
  get devices(): readonly CoredumpDevice[] {
    return this.live;
  }

  /** `/sys/class/devcoredump/disabled`. */
  get disabled(): string {
    return this.off ? '1\n' : '0\n';
  }

  /**
   * A write to `disabled`: the number of bytes taken, or -EINVAL for anything but 1. Frees all dumps and drops all
   * later ones; there is no way back.
   */
  writeDisabled(text: string): number {
    // simple_strtol(): digits from the start on, whatever follows.
    if (Number.parseInt(/^-?\d+/.exec(text)?.[0] ?? '0', 10) !== 1) return -EINVAL;
    this.off = true;
    for (const device of [...this.live]) device.remove();
    return text.length;
  }

  /** `dev_coredumpv()`: takes `data` over. */
  coredumpv(failing: Device, data: Uint8Array): void {
    this.coredumpm(failing, { read: (offset, count) => data.slice(offset, offset + count), free: () => {} });
  }

  /** `dev_coredumpm()`: while a device has a dump, a new one of it is freed at once. */
  coredumpm(failing: Device, source: DumpSource): void {
    if (this.off || this.live.some(({ failingDevice }) => failingDevice === failing)) {
      source.free();
      return;
    }
    const name = `devcd${++this.count}`;
    const removed = (device: CoredumpDevice) => this.live.splice(this.live.indexOf(device), 1);
    this.live.push(new CoredumpDevice(name, failing, source, this.scheduler, removed));
  }
}
