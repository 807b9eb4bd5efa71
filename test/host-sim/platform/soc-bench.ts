/** Boards with a core that runs nothing: images of the real SDK, and single segments, booted as Linux boots them. */
import * as assert from 'uvu/assert';
import type { Board } from '../../../boards/board.js';
import type { KernelVersion } from '../../../host-sim/kernel.js';
import {
  type Resource,
  type RpmsgVdevOptions,
  rpmsgVdev,
  trace,
} from '../../../sdk/config/resources/index.js';
import { bareImage } from '../../support/firmware.js';
import { Bench } from '../../support/sim-boot.js';
import { type ImageOptions, image } from '../../support/sim-images.js';

/** About what a bundled program with the runtime takes. */
const PROGRAM = `console.log('up');\n//${'x'.repeat(20 * 1024)}\n`;

/** An image as `rproc build` makes it: table, program of 20 KiB, trace of 4 KiB and, if asked for, an rpmsg vdev. */
export async function sdkImage(board: Board, vdev?: RpmsgVdevOptions): Promise<Uint8Array> {
  const resources: Resource[] = [trace()];
  if (vdev) resources.push(rpmsgVdev(vdev));
  return (await bareImage(board, resources, PROGRAM)).elf;
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

/**
 * Boots an SDK image with a small rpmsg vdev and compares the whole log: the vdev comes up before the core `name` does.
 * `bufferNode` is the reserved-memory node that the buffers are taken from, where the board has one.
 */
export async function bootsWithVdev(board: Board, name: string, bufferNode?: string): Promise<Bench> {
  const file = await sdkImage(board, SMALL_VDEV);
  const { bench, errno, log } = await bootFile(board, file);
  const assigned = `rproc-virtio rproc-virtio.0.auto: assigned reserved memory node ${bufferNode}`;
  assert.equal(log, [
    `powering up ${name}`,
    `Booting fw image fw.elf, size ${file.length}`,
    ...(bufferNode === undefined ? [] : [assigned]),
    'virtio_rpmsg_bus virtio0: rpmsg host is online',
    'rproc-virtio rproc-virtio.0.auto: registered virtio0 (type 7)',
    `remote processor ${name} is now up`,
  ]);
  assert.is(errno, 0);
  return bench;
}

/** Lines of a boot without a table, after its first two: the segment at `at` could not be loaded. */
export function segmentRefused(at: number, len: number, ...before: readonly string[]): string[] {
  return [
    ...before,
    `bad phdr da 0x${hex(at)} mem 0x${hex(len)}`,
    'Failed to load program segments: -22',
    'Boot failed: -22',
  ];
}

/** An image without a table boots on `board` with this line; where the board requires one it does not. */
export async function tableIsOptional(
  board: Board,
  at: number,
  line: string,
  level: 'info' | 'warn',
): Promise<void> {
  const none = await bootSegment(board, at, 8);
  assert.ok(isUp(none));
  assert.is(levelOf(none.bench, line), level);
  const required = { ...board, linux: { ...board.linux, tableRequired: true } };
  const strict = await bootSegment(required, at, 8);
  assert.equal([strict.errno, ...strict.log.slice(2)], [-22, 'Boot failed: -22']);
}

export function isUp({ errno, log }: Booted): boolean {
  return errno === 0 && /^remote processor .* is now up$/.test(log[log.length - 1]);
}

function hex(value: number): string {
  return value.toString(16);
}
