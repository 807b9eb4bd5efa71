/** Measures what a piece of code allocates: an image must not make its reader allocate what its headers claim. */
import { getHeapStatistics } from 'node:v8';

const MEBIBYTE = 1024 * 1024;

/**
 * Runs `work` and gives the most that it can have held: bytes of all typed arrays it made by length, or the growth of
 * heap and buffers, whichever is more. What the collector frees meanwhile is not seen in the latter.
 */
export async function allocatedBy(work: () => unknown): Promise<number> {
  const Plain = globalThis.Uint8Array;
  let made = 0;
  const size = () => {
    const { used_heap_size, external_memory } = getHeapStatistics();
    return used_heap_size + external_memory;
  };
  globalThis.Uint8Array = new Proxy(Plain, {
    construct(target, args, newTarget) {
      if (typeof args[0] === 'number') made += args[0];
      return Reflect.construct(target, args, newTarget);
    },
  });
  const before = size();
  try {
    await work();
  } finally {
    globalThis.Uint8Array = Plain;
  }
  return Math.max(made, size() - before);
}

export const MOST_ALLOCATED = 64 * MEBIBYTE;
