/** Boards with a core that runs nothing: images of the real SDK, and single segments, booted as Linux boots them. */
import type { Board } from '../../../boards/board.js';
import type { KernelVersion } from '../../../host-sim/kernel.js';
import { assemble } from '../../../sdk/build/assemble.js';
import { type Resource, type RpmsgVdevOptions, rpmsgVdev, trace } from '../../../sdk/config/resources.js';
import { Bench } from '../../support/sim-boot.js';
import { type ImageOptions, image } from '../../support/sim-images.js';

/** About what a bundled program with the runtime takes. */
const PROGRAM = `console.log('up');\n//${'x'.repeat(20 * 1024)}\n`;

/** An image as `rproc build` makes it: table, program of 20 KiB, trace of 4 KiB and, if asked for, an rpmsg vdev. */
export async function sdkImage(board: Board, vdev?: RpmsgVdevOptions): Promise<Uint8Array> {
  const resources: Resource[] = [trace()];
  if (vdev) resources.push(rpmsgVdev(vdev));
  const dir = '/nowhere';
  const firmware = {
    name: 'fw',
    board,
    entry: dir,
    resources,
    minify: true,
    sources: false,
    dir,
    configFile: dir,
  };
  return (await assemble(firmware, { code: PROGRAM, sourceMap: '{}' })).elf;
}

/** True when the board has memory for rings and buffers. */
export function hasRingMemory(board: Board): boolean {
  return board.memory.some(({ name, use }) => use === 'pool' || name === 'vdev0buffer');
}

/** The rings of this fit a region of 4 KiB. */
export const SMALL_VDEV = { num: 16, align: 16 } as const;

export interface Booted {
  readonly bench: Bench;
  readonly errno: number;
  readonly log: readonly string[];
}

/** What a Linux with this board does with `file`, on a fresh system. */
export async function bootFile(board: Board, file: Uint8Array, kernel?: KernelVersion): Promise<Booted> {
  const bench = new Bench({ board, kernel });
  return { bench, ...(await bench.start(file)) };
}

/** A boot of one segment of `len` bytes at `at`, without a table unless `more` has one. */
export function bootSegment(board: Board, at: number, len: number, more: ImageOptions = {}): Promise<Booted> {
  return bootFile(board, image({ segments: [{ at, data: new Uint8Array(len).fill(0x5a) }], ...more }));
}

/** Names and places of the registered carveouts. */
export function carveoutsOf({ sim }: Bench): string[] {
  return sim.rproc.carveouts.map(
    ({ name, da, pa, len }) => `${name} ${hex(da)} ${hex(pa ?? -1)} ${hex(len)}`,
  );
}

/** The level of the log line that ends in `text`. */
export function levelOf({ sim }: Bench, text: string): string | undefined {
  return sim.kernel.log.lines.find((line) => line.text.endsWith(text))?.level;
}

/** Lines of a boot that needs nothing but its segments. */
export function plainLog(
  file: { readonly length: number },
  name: string,
  ...lines: readonly string[]
): string[] {
  return [`powering up ${name}`, `Booting fw image fw.elf, size ${file.length}`, ...lines];
}

export function isUp({ errno, log }: Booted): boolean {
  return errno === 0 && /^remote processor .* is now up$/.test(log[log.length - 1]);
}

function hex(value: number): string {
  return value.toString(16);
}
