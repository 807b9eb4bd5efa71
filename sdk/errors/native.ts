/** Messages of native images: RP203x. */
import type { ProblemError } from '../../runtime/abi/problem.js';
import { fail } from './fail.js';

export function protectionTooSmall(
  board: string,
  regions: number,
  rows: readonly { readonly what: string }[],
): ProblemError {
  return fail({
    code: 'RP2030',
    what: `the memory of board ${board} takes ${rows.length} regions of a protection unit that has ${regions}`,
    linux:
      'does not know: without protection a cache would hide its messages, or a stack overwrite other memory',
    fix: 'put rings, buffers and pool next to each other, at addresses and with lengths that are powers of two',
    detail: rows.map(({ what }, i) => `${i}: ${what}`).join('\n'),
    exit: 2,
  });
}

export function boardRecord(board: string, has: string, limit: string): ProblemError {
  return fail({
    code: 'RP2031',
    what: `board ${board} has ${has}; start-up code takes ${limit}`,
    fix: 'declare fewer of them, or describe neighbours as one',
    exit: 2,
  });
}

/** @param lacks bytes that a region is too small by */
export function imageTooLarge(
  firmware: string,
  board: string,
  lacks: readonly { readonly region: string; readonly bytes: number; readonly missing: number }[],
  advice: readonly string[],
  budget: string,
): ProblemError {
  const regions = lacks.map(({ region, bytes, missing }) => `${region} (${bytes} bytes) lacks ${missing}`);
  return fail({
    code: 'RP2033',
    what: `${firmware} does not fit ${board}: ${regions.join(', ')}`,
    linux: 'would load an image that ends within another part, or starts with too small a heap',
    fix: advice.join('; '),
    detail: budget,
    exit: 1,
  });
}
