/** How much of a board's memory the JavaScript engine may take. */
import type { EngineLimits } from './board.js';

const KIB = 1024;

/**
 * Limits for a core with `ram` bytes to work in, beside rings and buffers. Half is heap: the rest holds the
 * program, the trace and the table. A sixteenth is stack. Heaps end at 4 MiB, stacks at 64 KiB: nothing measured
 * needs more. A program that answers messages takes 48 KiB of heap and 8 KiB of stack in the simulated engine, so no
 * board gets less than 64 KiB and 8 KiB, also where its own memory alone could not hold that.
 */
export function engineLimits(ram: number): EngineLimits {
  return {
    heap: Math.min(Math.max(pages(ram / 2), 64 * KIB), 4096 * KIB),
    stack: Math.min(Math.max(pages(ram / 16), 8 * KIB), 64 * KIB),
  };
}

function pages(size: number): number {
  return Math.floor(size / (4 * KIB)) * 4 * KIB;
}
