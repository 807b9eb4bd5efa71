/** What user space finds under `/`: firmware files, /sys with debugfs, /dev. */
import { utf8Decode } from '../../runtime/abi/utf8.js';
import { O_RDONLY, O_WRONLY } from '../dev-nodes.js';
import { EACCES, EINVAL, EISDIR, ENOENT, ENOTDIR } from '../errno.js';
import type { Simulation } from '../simulation.js';

/** Where files can be made; everything else belongs to the kernel. */
const WRITABLE = ['/lib/firmware', '/root', '/tmp'];
/** Directories that are there although nothing may be in them. */
const FIXED = [...WRITABLE, '/dev', '/sys/class', '/sys/bus', '/sys/kernel/debug'];

/** `PATH` seen from `cwd`, without `.` and `..`. */
export function absolute(path: string, cwd: string): string {
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${cwd}/${path}`).split('/')) {
    if (part === '' || part === '.') continue;
    if (part === '..') parts.pop();
    else parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** The files of a simulated system; results are bytes, counts, or negative errnos. */
export class Files {
  constructor(private readonly sim: Simulation) {}

  /** Names in a directory, in order; undefined where there is none. */
  list(dir: string): string[] | undefined {
    const prefix = dir === '/' ? '/' : `${dir}/`;
    const names = new Set<string>();
    for (const path of this.paths()) {
      if (path.startsWith(prefix)) names.add(path.slice(prefix.length).split('/', 1)[0]);
    }
    return names.size > 0 || this.isDirectory(dir) ? [...names].sort() : undefined;
  }

  isDirectory(path: string): boolean {
    if (path === '/' || FIXED.includes(path) || this.sim.sysfs.has(path)) return true;
    return this.paths().some((other) => other.startsWith(`${path}/`));
  }

  isFile(path: string): boolean {
    return this.paths().includes(path) && !this.isDirectory(path);
  }

  /** Permissions as `ls -l` shows them; the first letter says what it is. */
  describe(path: string): string {
    if (this.isDirectory(path)) return 'drwxr-xr-x';
    if (path.startsWith('/dev/')) return 'crw-rw----';
    const mode = this.sim.sysfs.mode(path) ?? 0o644;
    const bits = 'rwxrwxrwx';
    return `-${[...bits].map((letter, i) => (mode & (0o400 >> i) ? letter : '-')).join('')}`;
  }

  /** A whole file. A character device gives one read(2), which may wait; see `DevNodes.signalAfterMs`. */
  async read(path: string, len = 65536): Promise<Uint8Array | number> {
    const { dev, firmware, sysfs, scheduler } = this.sim;
    const stored = firmware.files.get(path);
    if (stored) return stored;
    if (this.isDirectory(path)) return -EISDIR;
    if (!path.startsWith('/dev/')) return sysfs.readBytes(path);
    const file = dev.open(path, O_RDONLY);
    if (typeof file === 'number') return file;
    const result = file.read(len);
    await scheduler.finish(Promise.resolve(file.close()));
    return result;
  }

  /** How many bytes were taken. */
  async write(path: string, data: Uint8Array, append = false): Promise<number> {
    const { dev, sysfs, scheduler } = this.sim;
    if (this.isDirectory(path)) return -EISDIR;
    if (path.startsWith('/dev/')) {
      const file = dev.open(path, O_WRONLY);
      if (typeof file === 'number') return file;
      const result = await scheduler.finish(Promise.resolve(file.write(data)));
      const closed = await scheduler.finish(Promise.resolve(file.close()));
      return result < 0 ? result : Math.min(result, closed === 0 ? result : closed);
    }
    if (sysfs.mode(path) !== undefined) {
      return scheduler.finish(Promise.resolve(sysfs.write(path, utf8Decode(data))));
    }
    return this.store(path, data, append);
  }

  private store(path: string, data: Uint8Array, append: boolean): number {
    const dir = path.slice(0, path.lastIndexOf('/'));
    if (!WRITABLE.some((top) => path.startsWith(`${top}/`))) return this.isDirectory(dir) ? -EACCES : -ENOENT;
    if (!this.isDirectory(dir) && !dir.startsWith('/lib/firmware')) return -ENOTDIR;
    const { files } = this.sim.firmware;
    const before = append ? (files.get(path) ?? new Uint8Array(0)) : new Uint8Array(0);
    const whole = new Uint8Array(before.length + data.length);
    whole.set(before);
    whole.set(data, before.length);
    files.set(path, whole);
    return data.length;
  }

  remove(path: string): number {
    const { files } = this.sim.firmware;
    if (files.delete(path)) return 0;
    if (this.isDirectory(path)) return -EISDIR;
    return this.paths().includes(path) ? -EACCES : -ENOENT;
  }

  /** What a write of nothing to a file that can be made does: it is there, and empty. */
  truncate(path: string): number {
    return this.sim.sysfs.mode(path) === undefined && !path.startsWith('/dev/')
      ? this.store(path, new Uint8Array(0), false)
      : this.isDirectory(path)
        ? -EINVAL
        : 0;
  }

  private paths(): string[] {
    const { dev, firmware, sysfs } = this.sim;
    return [...firmware.files.keys(), ...sysfs.list(), ...dev.list()];
  }
}
