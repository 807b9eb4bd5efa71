/** The table as a whole, and everything that Linux must have memory for. */
import { RegionUse, regionsFor } from '../../../boards/board.js';
import type { Problem } from '../../../runtime/abi/problem.js';
import * as errors from '../../errors.js';
import { encodeTable } from '../../table/encode-table.js';
import { reservedMemory } from '../../table/layout.js';
import type { Firmware } from '../firmware.js';

export function checkTable(firmware: Firmware): Problem[] {
  const { attach, board, resources, where } = firmware;
  const size = encodeTable(resources).bytes.length;
  const problems: Problem[] = [];
  if (attach && board.attachTableBytes === undefined) problems.push(errors.cannotAttach(board.name, where));
  else if (attach && size > board.attachTableBytes!) {
    problems.push(errors.tableTooLargeToAttach(size, board.attachTableBytes!, board.name, where));
  }
  const [kept] = regionsFor(board, RegionUse.table);
  if (kept && size > kept.len) problems.push(errors.tableRegionTooSmall(size, kept.len, board.name, where));
  const [pool] = regionsFor(board, RegionUse.pool);
  const { fromPool } = reservedMemory(resources, board);
  if (pool && fromPool > pool.len) problems.push(errors.poolTooSmall(fromPool, pool.len, board.name, where));
  return [...problems, ...overlaps(firmware)];
}

/** Fixed addresses that Linux maps as asked must not share memory. */
function overlaps({ resources, board }: Firmware): Problem[] {
  const placeOf = (name: string) => resources.find((resource) => resource.name === name)?.where;
  const fixed = [
    ...reservedMemory(resources, board).reservations.flatMap(({ name, resource, da, reserved }) =>
      da === undefined ? [] : [{ name, da, len: reserved, where: placeOf(resource) }],
    ),
    ...resources
      .filter((resource) => resource.kind === 'devmem')
      .map(({ name, da, size, where }) => ({ name, da, len: size, where })),
  ];
  return fixed.flatMap((one, i) =>
    fixed
      .slice(0, i)
      .filter((other) => one.da < other.da + other.len && other.da < one.da + one.len)
      .map((other) => errors.addressesOverlap(one.name, one.da, other.name, other.da, one.where)),
  );
}
