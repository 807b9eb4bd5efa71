/** Which rpmsg vdev a board has memory for. */
import { type Board, RegionUse } from '../../boards/board.js';
import { RPMSG_BUF_SIZE, RPMSG_MAX_NUM_BUFS } from '../../runtime/abi/rpmsg.js';
import { vringSize } from '../../runtime/abi/vring.js';

const PAGE = 4096;
/** What `rpmsgVdev()` aligns rings to. */
const ALIGN = 16;

/**
 * The most buffers for each direction (a power of two up to 256, of which Linux uses no more) whose rings and
 * buffers find room on `board` as vdev 0, or undefined when not even two do. Linux takes each ring and the buffers
 * from the region of their name and else from the pool (rproc_alloc_vring() and rpmsg_probe()).
 */
export function largestVdev(board: Board): number | undefined {
  for (let num = RPMSG_MAX_NUM_BUFS / 2; num >= 2; num /= 2) if (fits(board, num)) return num;
  return undefined;
}

function fits(board: Board, num: number): boolean {
  const ring = Math.ceil(vringSize(num, ALIGN) / PAGE) * PAGE;
  const needs: readonly (readonly [string, number])[] = [
    ['vdev0vring0', ring],
    ['vdev0vring1', ring],
    ['vdev0buffer', 2 * num * RPMSG_BUF_SIZE],
  ];
  let fromPool = 0;
  for (const [name, size] of needs) {
    const region = board.memory.find((one) => one.name === name);
    if (region && region.len < size) return false;
    if (!region) fromPool += blockSize(size);
  }
  const pool = board.memory.find(({ use }) => use === RegionUse.pool);
  return fromPool <= (pool?.len ?? 0);
}

/** What a coherent DMA pool takes for `size` bytes: a power of two of pages (kernel/dma/coherent.c). */
function blockSize(size: number): number {
  let block = PAGE;
  while (block < size) block *= 2;
  return block;
}
