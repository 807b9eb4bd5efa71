/** /sys of the simulated Linux: attribute files, by directory. */
import { EACCES, ENOENT } from './errno.js';

/** One file: `struct device_attribute`. */
export interface Attribute {
  /** The kernel's text, with its newline; without it the file is write-only. */
  show?(): string;
  /** How many characters were taken, or a negative errno; without it the file is read-only. */
  store?(text: string): number;
}

/** The files of one directory, by name. */
export type Attributes = { readonly [name: string]: Attribute };

/** All directories with attributes of one system. */
export class Sysfs {
  private readonly dirs = new Map<string, Attributes>();

  /** Adds a directory; the path is absolute, such as `/sys/class/rpmsg/rpmsg0`. */
  add(dir: string, attributes: Attributes): void {
    if (this.dirs.has(dir)) throw new Error(`${dir} exists already`);
    this.dirs.set(dir, attributes);
  }

  /** Removes a directory; nothing happens without one. */
  remove(dir: string): void {
    this.dirs.delete(dir);
  }

  /** What `cat` prints, or a negative errno. */
  read(path: string): string | number {
    const attribute = this.find(path);
    if (!attribute) return -ENOENT;
    return attribute.show?.() ?? -EACCES;
  }

  /** What `echo` does, newline included in `text`: how many characters were taken, or a negative errno. */
  write(path: string, text: string): number {
    const attribute = this.find(path);
    if (!attribute) return -ENOENT;
    return attribute.store?.(text) ?? -EACCES;
  }

  /** Paths of all files, in order. */
  list(): string[] {
    return [...this.dirs]
      .flatMap(([dir, files]) => Object.keys(files).map((name) => `${dir}/${name}`))
      .sort();
  }

  private find(path: string): Attribute | undefined {
    const slash = path.lastIndexOf('/');
    const dir = this.dirs.get(path.slice(0, slash));
    const name = path.slice(slash + 1);
    return dir && Object.hasOwn(dir, name) ? dir[name] : undefined;
  }
}
