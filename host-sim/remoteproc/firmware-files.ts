/** Firmware files of the simulated system and how `request_firmware()` finds them (drivers/base/firmware_loader). */
import { EINVAL, ENOENT } from '../errno.js';
import { type Kernel, releases } from '../kernel.js';
import type { Device } from '../printk.js';
import type { Firmware } from './elf-loader.js';

export const FIRMWARE_FOLDER = '/lib/firmware';

/** /lib/firmware and its like: what drivers get when they ask for a firmware file. */
export class FirmwareFiles {
  /** By absolute path. */
  readonly files = new Map<string, Uint8Array>();
  /** The parameter `firmware_class.path`; empty when it is not set. */
  extraPath = '';
  /** What goes wrong instead of reading the file at this path: a negative errno. For tests and fault injection. */
  fault: (path: string) => number = () => 0;

  constructor(private readonly kernel: Kernel) {}

  /** As `uname -r` tells it. */
  get release(): string {
    return releases[this.kernel.version];
  }

  /** Puts a file into /lib/firmware. */
  put(name: string, data: Uint8Array): void {
    this.files.set(`${FIRMWARE_FOLDER}/${name}`, data);
  }

  /** Folders in the order in which they are searched. */
  get searchPath(): readonly string[] {
    const { release } = this;
    const updates = `${FIRMWARE_FOLDER}/updates`;
    const fixed = [`${updates}/${release}`, updates, `${FIRMWARE_FOLDER}/${release}`, FIRMWARE_FOLDER];
    return this.extraPath === '' ? fixed : [this.extraPath, ...fixed];
  }

  /** `request_firmware()`: the file, or a negative errno after a line in the log. */
  request(name: string, device: Device): Firmware | number {
    const { log } = this.kernel;
    if (name === '') return -EINVAL;
    if (name.split('/').includes('..')) {
      log.warn(device, `Firmware load for '${name}' refused, path contains '..' component`);
      return -EINVAL;
    }
    let errno = -ENOENT;
    for (const folder of this.searchPath) {
      const path = `${folder}/${name}`;
      const data = this.files.get(path);
      errno = data ? this.read(path, data) : -ENOENT;
      if (data && errno === 0) return { name, data };
      if (errno !== -ENOENT) log.warn(device, `loading ${path} failed with error ${errno}`);
    }
    log.warn(device, `Direct firmware load for ${name} failed with error ${errno}`);
    return errno;
  }

  /** `kernel_read_file()` takes a file without a byte for an error. */
  private read(path: string, data: Uint8Array): number {
    return this.fault(path) || (data.length === 0 ? -EINVAL : 0);
  }
}
