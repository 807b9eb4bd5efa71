/** Every board, by name. */
import type { Board } from './board.js';
import { virtIvshmem } from './virt-ivshmem.js';
import { virtM4 } from './virt-m4.js';
import { virtRv32 } from './virt-rv32.js';

export const boards: readonly Board[] = [virtM4, virtRv32, virtIvshmem];

export function findBoard(name: string): Board | undefined {
  return boards.find((board) => board.name === name);
}

export { type Board, type MemoryRegion, RegionUse } from './board.js';
export { type BoardExtension, defineBoard } from './define-board.js';
