/** `parse_fw` of the drivers that start a core without a resource table. */
import type { Board } from '../../boards/board.js';
import type { Rproc, RprocOps } from '../remoteproc/rproc.js';
import { parseElfTable } from '../remoteproc/table.js';

/** `tell` prints what the driver says when there is no usable table; why not was printed before, if there is one. */
export function optionalTable(board: Board, tell: (rproc: Rproc) => void): NonNullable<RprocOps['parseFw']> {
  return (rproc, fw) => {
    const result = parseElfTable(rproc, fw);
    if (result === 0 || (board.linux.tableRequired ?? true)) return result;
    tell(rproc);
    return 0;
  };
}
