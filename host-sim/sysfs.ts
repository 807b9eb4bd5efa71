/** /sys of the simulated Linux, debugfs below it: attribute files, by directory. */
import { EACCES, ENOENT } from './errno.js';

/** One file: `struct device_attribute`. */
export interface Attribute {
  /** The kernel's text, with its newline, bytes of a binary file, or a negative errno; without it nothing can be read. */
  show?(): string | Uint8Array | number;
  /** How many characters were taken, or a negative errno; without it the file is read-only. */
  store?(text: string): number | Promise<number>;
  /** Permissions; 0444 or 0644 when left out. */
  readonly mode?: number;
}

/** The files of one directory, by name. */
export type Attributes = { readonly [name: string]: Attribute };

/** Directories that come and go by themselves, by name. */
export type Children = () => Iterable<readonly [name: string, files: Attributes]>;

/** All directories with attributes of one system. */
export class Sysfs {
  private readonly dirs = new Map<string, () => Attributes>();
  private readonly parents = new Map<string, Children>();

  /** Adds a directory; the path is absolute, such as `/sys/class/rpmsg/rpmsg0`. A function is asked at each look. */
  add(dir: string, attributes: Attributes | (() => Attributes)): void {
    if (this.dirs.has(dir)) throw new Error(`${dir} exists already`);
    this.dirs.set(dir, typeof attributes === 'function' ? attributes : () => attributes);
  }

  /** Directories below `parent` that are asked for at each look. */
  addMany(parent: string, children: Children): void {
    this.parents.set(parent, children);
  }

  /** Removes a directory; nothing happens without one. */
  remove(dir: string): void {
    this.dirs.delete(dir);
  }

  /** What `cat` prints, as text, or a negative errno. */
  read(path: string): string | number {
    const found = this.readBytes(path);
    return typeof found === 'number' ? found : new TextDecoder().decode(found);
  }

  /** All bytes of a file, or a negative errno. */
  readBytes(path: string): Uint8Array | number {
    const attribute = this.find(path);
    if (!attribute) return -ENOENT;
    const shown = attribute.show?.() ?? -EACCES;
    return typeof shown === 'string' ? new TextEncoder().encode(shown) : shown;
  }

  /** What `echo` does, newline included in `text`: how many characters were taken, or a negative errno. */
  write(path: string, text: string): number | Promise<number> {
    const attribute = this.find(path);
    if (!attribute) return -ENOENT;
    return attribute.store?.(text) ?? -EACCES;
  }

  /** Permissions of a file; undefined where there is none. */
  mode(path: string): number | undefined {
    const attribute = this.find(path);
    return attribute && (attribute.mode ?? (attribute.store ? 0o644 : 0o444));
  }

  /** Paths of all files, in order. */
  list(): string[] {
    const paths: string[] = [];
    for (const [dir, files] of this.all()) {
      for (const name of Object.keys(files)) paths.push(`${dir}/${name}`);
    }
    return paths.sort();
  }

  /** Whether a directory is there, with files or not. */
  has(dir: string): boolean {
    if (this.dirs.has(dir) || this.parents.has(dir)) return true;
    for (const [path] of this.all()) if (path === dir || path.startsWith(`${dir}/`)) return true;
    return false;
  }

  private *all(): Generator<readonly [dir: string, files: Attributes]> {
    for (const [dir, files] of this.dirs) yield [dir, files()];
    for (const [parent, children] of this.parents) {
      for (const [name, files] of children()) yield [`${parent}/${name}`, files];
    }
  }

  private find(path: string): Attribute | undefined {
    const slash = path.lastIndexOf('/');
    const dir = path.slice(0, slash);
    const name = path.slice(slash + 1);
    const files = this.dirs.get(dir)?.() ?? this.child(dir);
    return files && Object.hasOwn(files, name) ? files[name] : undefined;
  }

  private child(dir: string): Attributes | undefined {
    const slash = dir.lastIndexOf('/');
    const children = this.parents.get(dir.slice(0, slash));
    if (!children) return undefined;
    for (const [name, files] of children()) if (name === dir.slice(slash + 1)) return files;
    return undefined;
  }
}
