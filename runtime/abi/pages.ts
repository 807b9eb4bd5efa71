/** How Linux hands out memory: in pages, and from a coherent pool in powers of two of them. */

/** Bytes of a page of the host; kernels with larger ones are not modelled. */
export const PAGE_SIZE = 4096;

/** `PAGE_ALIGN(size)`. */
export function pageAlign(size: number): number {
  return Math.ceil(size / PAGE_SIZE) * PAGE_SIZE;
}

/** `PAGE_SIZE << get_order(size)`: what kernel/dma/coherent.c takes for a request. */
export function orderSize(size: number): number {
  let rounded = PAGE_SIZE;
  while (rounded < size) rounded *= 2;
  return rounded;
}
