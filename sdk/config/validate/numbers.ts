import { addressRanges, type Board } from '../../../boards/board.js';

export function isWord(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff;
}

export function isPowerOfTwo(value: number): boolean {
  return Number.isInteger(value) && value > 0 && (value & (value - 1)) === 0;
}

/** Does one piece of the board's memory hold the whole range? */
export function isBoardMemory(board: Board, da: number, len: number): boolean {
  return addressRanges(board).some((range) => da >= range.da && da + len <= range.da + range.len);
}
