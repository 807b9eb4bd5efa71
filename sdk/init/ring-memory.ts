/** Which rpmsg vdev a board has memory for. */
import { type Board, RegionUse, regionsFor } from '../../boards/board.js';
import { RPMSG_MAX_NUM_BUFS } from '../../runtime/abi/rpmsg.js';
import { rpmsgVdev, type VringNum } from '../config/resources/index.js';
import { reservedMemory } from '../table/layout.js';

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
  const { reservations, fromPool } = reservedMemory([rpmsgVdev({ num: num as VringNum })], board);
  const [pool] = regionsFor(board, RegionUse.pool);
  return (
    reservations.every(({ region, reserved }) => region !== undefined && reserved <= region.len) &&
    fromPool <= (pool?.len ?? 0)
  );
}
