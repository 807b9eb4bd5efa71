/** The remote of this image; set once, before any firmware code runs. */
import type { Remote } from './remote.js';

let remote: Remote | undefined;

export function setCurrent(value: Remote): void {
  remote = value;
}

export function current(): Remote {
  if (!remote) throw new Error('rproc-sdk/runtime works in built firmware only: rproc build');
  return remote;
}
