/** Virtio devices against rproc_handle_vdev(), the rproc-virtio driver and the rpmsg bus. */
import { type Board, RegionUse, regionsFor } from '../../../boards/board.js';
import { hex } from '../../../runtime/abi/address.js';
import type { Problem } from '../../../runtime/abi/problem.js';
import { RVDEV_NUM_VRINGS } from '../../../runtime/abi/resource-table.js';
import * as errors from '../../errors.js';
import { bufferBytes, fixedDa, numberedVdevs, ringBytes } from '../../table/layout.js';
import type { Firmware } from '../firmware.js';
import { type AnyVdev, type VringDeclaration, vringsOf } from '../resources/index.js';
import { canPlace } from './memory.js';
import { isPowerOfTwo, isWord } from './numbers.js';

export function checkVdev(vdev: AnyVdev, firmware: Firmware): Problem[] {
  const { name, where } = vdev;
  const { board, resources } = firmware;
  const { index } = numberedVdevs(resources).find((one) => one.vdev === vdev)!;
  const vrings = vringsOf(vdev);
  const problems = vdev.kind === 'vdev' ? checkHead(vdev) : [];
  if (vrings.length !== RVDEV_NUM_VRINGS) problems.push(errors.vringCount(name, vrings.length, where));
  const max = board.linux.maxVdevs ?? Infinity;
  if (index >= max) problems.push(errors.tooManyVdevs(name, index, max, board.name, where));
  for (const { num, align } of vrings) {
    // A ring of impossible size has no other properties worth a message; equal rings need it once.
    if (!isPowerOfTwo(num) || num > 32768) return [...problems, errors.vringNum(name, num, where)];
    if (!isPowerOfTwo(align) || align < 4 || align > 4096)
      return [...problems, errors.vringAlign(name, align, where)];
  }
  const isCarveout = (memory: string) =>
    resources.some((resource) => resource.kind === 'carveout' && resource.name === memory);
  for (const [i, ring] of vrings.entries()) {
    if (!isCarveout(`vdev${index}vring${i}`)) problems.push(...checkRing(vdev, index, i, ring, board));
  }
  if (bufferBytes(vdev) !== undefined && !isCarveout(`vdev${index}buffer`)) {
    problems.push(...checkBuffers(vdev, index, board));
  }
  return problems;
}

function checkHead(vdev: Extract<AnyVdev, { kind: 'vdev' }>): Problem[] {
  const { name, id, features, where } = vdev;
  const problems: Problem[] = [];
  if (!isWord(id) || id === 0) problems.push(errors.vdevId(name, id, where));
  for (const bit of features) {
    if (!Number.isInteger(bit) || bit < 0 || bit > 31) problems.push(errors.featureBit(name, bit, where));
  }
  return problems;
}

function checkRing(
  { name, where }: AnyVdev,
  index: number,
  ring: number,
  declared: VringDeclaration,
  board: Board,
): Problem[] {
  const problems: Problem[] = [];
  const needed = ringBytes(declared).pages;
  const da = fixedDa(declared.da);
  const usable = da === undefined || (isWord(da) && da > 0 && da < 0xffffffff && da % 16 === 0);
  if (!usable) problems.push(errors.vringDa(name, ring, da, where));
  const memory = `vdev${index}vring${ring}`;
  const region = board.memory.find((one) => one.name === memory);
  if (region && needed > region.len) {
    problems.push(errors.vringTooLarge(name, ring, needed, region.len, board.name, where));
  } else if (
    region &&
    usable &&
    da !== undefined &&
    (da < region.da || da + needed > region.da + region.len)
  ) {
    problems.push(errors.vringOutside(name, ring, da, region.da, region.len, where));
  }
  if (region || !usable) return problems;
  const title = `vring ${ring} of "${name}"`;
  if (declared.da !== undefined && !canPlace(board, da, needed)) {
    const asked = da === undefined ? 'an address that the linker chooses' : hex(da);
    problems.push(errors.fixedWithoutRegion(title, asked, board.name, where));
  } else if (declared.da === undefined && regionsFor(board, RegionUse.pool).length === 0) {
    problems.push(errors.noMemory(title, memory, board.name, where));
  }
  return problems;
}

function checkBuffers(vdev: AnyVdev, index: number, board: Board): Problem[] {
  const { name, where } = vdev;
  const [pool] = regionsFor(board, RegionUse.pool);
  const region = board.memory.find((one) => one.name === `vdev${index}buffer`);
  if (!region && !pool) return [errors.noBufferMemory(name, index, board.name, where)];
  const needed = bufferBytes(vdev)!;
  return region && needed > region.len
    ? [errors.bufferTooSmall(name, `the region ${region.name} of ${board.name}`, needed, region.len, where)]
    : [];
}
