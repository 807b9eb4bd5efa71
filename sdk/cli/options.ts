/** Values that several commands take. */
import { InvalidArgumentError } from 'commander';
import { type Board, boards, findBoard } from '../../boards/index.js';
import { unknownKernel } from '../../host-sim/errors.js';
import { type KernelVersion, kernelVersions } from '../../host-sim/index.js';
import { boardNotNamed, damagedImage, unknownBoard } from '../errors.js';
import { inspectElf } from '../inspect/index.js';

/** The board that is asked for, or the one in the image's own note. Throws ProblemError. */
export function boardFor(image: Uint8Array, file: string, wanted: string | undefined): Board {
  const found = wanted === undefined ? inspectElf(image, file) : undefined;
  const name = wanted ?? found?.rproc?.board;
  const known = boards.map((board) => board.name);
  if (name === undefined) {
    if (found?.damage.length) throw damagedImage(file, found.damage);
    throw boardNotNamed(file, known);
  }
  const board = findBoard(name);
  if (!board) throw unknownBoard(name, known, wanted === undefined ? file : undefined);
  return board;
}

/** The board of that name. Throws ProblemError. */
export function boardNamed(name: string): Board {
  const board = findBoard(name);
  if (!board) {
    throw unknownBoard(
      name,
      boards.map((known) => known.name),
      undefined,
    );
  }
  return board;
}

export function kernelNamed(name: string): KernelVersion {
  const kernel = kernelVersions.find((version) => version === name);
  if (!kernel) throw unknownKernel(name, kernelVersions);
  return kernel;
}

/** Parses an option that is a time in seconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (!(value > 0) || !Number.isFinite(value))
    throw new InvalidArgumentError('a number of seconds above 0 is needed');
  return value;
}

export function tcpPort(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 65535) {
    throw new InvalidArgumentError('a TCP port from 1 to 65535 is needed');
  }
  return value;
}
