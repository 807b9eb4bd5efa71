/** Form of a malformed or odd image, and the kernel's lines in the words of linux-remoteproc.md. */
import type { Board } from '../../../boards/board.js';
import { virtM4 } from '../../../boards/virt-m4.js';
import type { KernelVersion } from '../../../host-sim/kernel.js';
import type { CheckReport } from '../../../sdk/check/index.js';
import type { Bench } from '../../support/sim-boot.js';
import { ehdrOf, type ImageOptions, image, table } from '../../support/sim-images.js';

export interface Expectation {
  readonly verdict: CheckReport['verdict'];
  readonly errno: number;
  /** All lines from "powering up" on, with their prefixes; SIZE stands for the file's bytes. */
  readonly log: readonly string[];
}

export interface MalformedCase {
  /** Rows of linux-remoteproc.md that it stands for, by the names in rows.ts. */
  readonly rows: readonly string[];
  readonly name: string;
  readonly image: () => Uint8Array;
  /** virt-m4 when left out. */
  readonly board?: Board;
  readonly expect: Expectation;
  /** Kernels that do something else. */
  readonly under?: { readonly [kernel in KernelVersion]?: Expectation };
  /** What the remote finds in memory after the boot, where the row is about that. */
  readonly seen?: (bench: Bench, table: (len: number) => Uint8Array) => void;
}

const R = 'remoteproc remoteproc0: ';
export const r = (text: string): string => R + text;

/** Lines of processors other than m4. */
export interface Names {
  readonly processor?: string;
}

const begun = ({ processor = 'm4' }: Names): string[] => [
  r(`powering up ${processor}`),
  r('Booting fw image fw.elf, size SIZE'),
];

/** Section 2: refused before "Booting fw image". */
export function insane(text: string): Expectation {
  return { verdict: 'fails', errno: -22, log: [r('powering up m4'), r(text), r('Boot failed: -22')] };
}

/** Fails after "Booting fw image" with these lines. */
export function fails(errno: number, lines: readonly string[], names: Names = {}): Expectation {
  return { verdict: 'fails', errno, log: [...begun(names), ...lines, r(`Boot failed: ${errno}`)] };
}

/** Section 6: an entry ends the boot. */
export function refused(errno: number, ...lines: string[]): Expectation {
  return fails(errno, [...lines.map(r), r(`Failed to process resources: ${errno}`)]);
}

/** Section 3: a segment ends the boot. */
export function unloadable(errno: number, lines: readonly string[], names: Names = {}): Expectation {
  return fails(errno, [...lines, r(`Failed to load program segments: ${errno}`)], names);
}

function up(
  verdict: Expectation['verdict'],
  lines: readonly string[],
  { processor = 'm4' }: Names,
): Expectation {
  const log = [...begun({ processor }), ...lines, r(`remote processor ${processor} is now up`)];
  return { verdict, errno: 0, log };
}

export function boots(lines: readonly string[] = [], names: Names = {}): Expectation {
  return up('boots', lines, names);
}

export function degraded(lines: readonly string[] = [], names: Names = {}): Expectation {
  return up('degraded', lines, names);
}

/** Fewer rings than the driver takes, and a region for the next one. */
export const OOPS = 'BUG: kernel NULL pointer dereference, address: 000000000000001e';

/** The lines of an rpmsg vdev that binds on virt-m4, with its buffer region. */
export const ASSIGNED =
  'rproc-virtio rproc-virtio.0.auto: assigned reserved memory node vdev0buffer@30068000';
export const ONLINE = 'virtio_rpmsg_bus virtio0: rpmsg host is online';
export const registered = (index = 0, type = 7, virtio = index): string =>
  `rproc-virtio rproc-virtio.${index}.auto: registered virtio${virtio} (type ${type})`;
export const BOUND = [ASSIGNED, ONLINE, registered()] as const;

/** A failed probe of a vdev's platform device: section 8.1, in the words of the kernels (C, B, and A). */
export function lostVdev(errno: number, lines: readonly string[], rest: readonly string[] = []) {
  const newer = `rproc-virtio rproc-virtio.0.auto: probe with driver rproc-virtio failed with error ${errno}`;
  const older = `rproc-virtio: probe of rproc-virtio.0.auto failed with error ${errno}`;
  const told = lines.map(r);
  return {
    expect: degraded([...told, newer, ...rest]),
    under: { '6.1': degraded([...told, older, ...rest]) },
  };
}

/** The virtio driver's own probe fails: the vdev is registered all the same (section 8.4). */
export function deadDriver(errno: number, before: readonly string[] = [], after: readonly string[] = []) {
  const newer = `virtio_rpmsg_bus virtio0: probe with driver virtio_rpmsg_bus failed with error ${errno}`;
  const older = `virtio_rpmsg_bus: probe of virtio0 failed with error ${errno}`;
  const lines = (probe: string) => [...before, probe, registered(), ...after];
  return { expect: degraded(lines(newer)), under: { '6.1': degraded(lines(older)) } };
}

/** virt-m4 without regions of known names: everything is allocated from the pool. */
export const plainBoard: Board = {
  ...virtM4,
  memory: virtM4.memory.filter(({ use }) => use === 'image' || use === 'pool'),
};
export const withIommu: Board = { ...plainBoard, linux: { ...virtM4.linux, hasIommu: true } };

/** An image with a table of these entries. */
export function withTable(entries: readonly Uint8Array[], more: ImageOptions = {}): () => Uint8Array {
  return () => image({ table: table(entries), ...more });
}

/** A good image with an empty table, its file header changed. */
export function changed(
  change: (ehdr: { [name: string]: any }, file: Uint8Array) => void,
  bits: 32 | 64 = 32,
): () => Uint8Array {
  return () => {
    const file = image({ bits, table: table([]) });
    change(ehdrOf(file), file);
    return file;
  };
}

/** A good image of `bits` with byte `at` replaced. */
export function byte(at: number, value: number, bits: 32 | 64 = 32): () => Uint8Array {
  return changed((_ehdr, file) => {
    file[at] = value;
  }, bits);
}
