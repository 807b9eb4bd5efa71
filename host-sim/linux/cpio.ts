/** Writes initramfs archives: cpio in the `newc` format, as Documentation/driver-api/early-userspace/buffer-format.rst of the kernel has it. */
import { utf8Encode } from '../../runtime/abi/utf8.js';

export interface CpioFile {
  /** Without a leading slash; folders are made for it. */
  readonly path: string;
  readonly data: Uint8Array;
  readonly executable?: boolean;
}

const S_IFDIR = 0o040000;
const S_IFREG = 0o100000;
const S_IFCHR = 0o020000;

/** An archive of files; the kernel reads several one after the other. Same files, same bytes. */
export function cpio(files: readonly CpioFile[]): Uint8Array {
  const parts: Uint8Array[] = [];
  let inode = 0;
  const add = (name: string, mode: number, data: Uint8Array, device = [0, 0]) => {
    const fields = [++inode, mode, 0, 0, 1, 0, data.length, 0, 0, ...device, name.length + 1, 0];
    const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
    parts.push(padded(utf8Encode(head)), padded(data));
  };
  const folders = new Set<string>();
  const none = new Uint8Array(0);
  for (const { path, data, executable } of files) {
    const names = path.split('/');
    for (let depth = 1; depth < names.length; depth++) {
      const folder = names.slice(0, depth).join('/');
      if (!folders.has(folder)) add(folder, S_IFDIR | 0o755, none);
      folders.add(folder);
    }
    add(path, S_IFREG | (executable ? 0o755 : 0o644), data);
  }
  // The kernel opens it for the first program before there is a devtmpfs.
  if (!folders.has('dev')) add('dev', S_IFDIR | 0o755, none);
  add('dev/console', S_IFCHR | 0o600, none, [5, 1]);
  add('TRAILER!!!', 0, none);
  return Buffer.concat(parts);
}

/** Headers with names and contents each end at a multiple of four. */
function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array((bytes.length + 3) & ~3);
  whole.set(bytes);
  return whole;
}
