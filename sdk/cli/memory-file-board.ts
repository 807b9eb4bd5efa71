/** Boards whose memory is a file, and the cores that can be beside it. */
import { type Board, boards } from '../../boards/index.js';
import { notForQemu } from '../../host-sim/errors.js';
import type { ShmCoreName } from '../../host-sim/shm/index.js';
import { gdbWithoutQemu, notInMemoryFile } from '../errors.js';
import { boardFor, boardNamed } from './options.js';

/** The board where neither an image nor anybody else says one. */
const usual: { readonly [core in ShmCoreName]: string } = {
  quickjs: 'virt-ivshmem',
  qemu: 'qemu-ivshmem-m4',
};

export const shmCoreNames = Object.keys(usual) as ShmCoreName[];

export interface CoreChoice {
  readonly board?: string;
  readonly core: ShmCoreName;
  readonly gdb?: number;
}

/** The board of an image, where there is one, that is to run on that core. Throws ProblemError. */
export function memoryFileBoard(
  image: Uint8Array | undefined,
  file: string,
  { board: named, core, gdb }: CoreChoice,
): Board {
  if (gdb !== undefined && core !== 'qemu') throw gdbWithoutQemu();
  const board =
    image && named === undefined ? boardFor(image, file, undefined) : boardNamed(named ?? usual[core]);
  const able = boards
    .filter(({ linux, qemu }) => linux.driver === 'ivshmem' && (core !== 'qemu' || qemu))
    .map(({ name }) => name);
  if (board.linux.driver !== 'ivshmem') throw notInMemoryFile(file, board.name, able);
  if (core === 'qemu' && !board.qemu) throw notForQemu(board.name, able);
  return board;
}
