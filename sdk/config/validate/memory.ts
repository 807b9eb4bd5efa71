/** Carveouts, devmem and trace buffers against what Linux does with them (linux-remoteproc: rproc_handle_*). */

import { type Board, type MemoryRegion, RegionUse, regionsFor } from '../../../boards/board.js';
import { hex } from '../../../runtime/abi/address.js';
import { PAGE_SIZE } from '../../../runtime/abi/pages.js';
import type { Problem } from '../../../runtime/abi/problem.js';
import * as errors from '../../errors.js';
import { bufferBytes, fixedDa, numberedVdevs, ringBytes } from '../../table/layout.js';
import type { Firmware } from '../firmware.js';
import {
  type CarveoutResource,
  type DevmemResource,
  type TraceResource,
  vringsOf,
} from '../resources/index.js';
import { isBoardMemory, isWord } from './numbers.js';

export function checkCarveout(resource: CarveoutResource, firmware: Firmware): Problem[] {
  const { name, size, flags, where } = resource;
  const { board } = firmware;
  if (!isWord(size) || size === 0) return [errors.carveoutSize(name, size, where)];
  if (!isWord(flags)) return [errors.badWord(`flags of "${name}"`, flags, where)];
  const da = fixedDa(resource.da);
  if (da !== undefined && (!isWord(da) || da === 0xffffffff || da + size > 2 ** 32)) {
    return [errors.badWord(`da of "${name}"`, da, where)];
  }
  const region = reservedRegion(board, name);
  if (region) {
    const fits =
      da === undefined ? size <= region.len : da >= region.da && da + size <= region.da + region.len;
    return fits ? asRing(resource, firmware) : [errors.carveoutOutside(name, size, da, region, where)];
  }
  if (resource.da !== undefined && !canPlace(board, da, size)) {
    const asked = da === undefined ? 'an address that the linker chooses' : hex(da);
    return [errors.fixedWithoutRegion(`the carveout "${name}"`, asked, board.name, where)];
  }
  if (resource.da === undefined && regionsFor(board, RegionUse.pool).length === 0) {
    return [errors.noMemory(`the carveout "${name}"`, name, board.name, where)];
  }
  return asRing(resource, firmware);
}

/** A carveout with a vring's or a vdev buffer's name serves as such. */
function asRing({ name, size, where }: CarveoutResource, { resources }: Firmware): Problem[] {
  const own = resources.findIndex((resource) => resource.name === name);
  for (const { index, vdev } of numberedVdevs(resources)) {
    if (name === `vdev${index}buffer`) {
      const needed = bufferBytes(vdev) ?? 0;
      if (needed > size)
        return [errors.bufferTooSmall(vdev.name, `the carveout "${name}"`, needed, size, where)];
    }
    for (const [i, ring] of vringsOf(vdev).entries()) {
      if (name !== `vdev${index}vring${i}`) continue;
      const title = `vring ${i} of "${vdev.name}"`;
      const { pages } = ringBytes(ring);
      if (resources.indexOf(vdev) < own) {
        return [errors.ringCarveout(name, title, 'it stands behind that vdev', where)];
      }
      if (pages > size) {
        return [
          errors.ringCarveout(name, title, `it has ${size} bytes of the ${pages} that are needed`, where),
        ];
      }
    }
  }
  return [];
}

export function checkDevmem(resource: DevmemResource, board: Board): Problem[] {
  const { name, da, pa, size, flags, where } = resource;
  if (!board.linux.hasIommu) return [errors.devmemWithoutIommu(name, board.name, where)];
  const words = { da, pa, size, flags };
  const problems: Problem[] = [];
  for (const [field, value] of Object.entries(words)) {
    if (!isWord(value)) problems.push(errors.badWord(`${field} of "${name}"`, value, where));
    else if (field !== 'flags' && value % PAGE_SIZE !== 0) {
      problems.push(errors.devmemUnaligned(name, field, value, where));
    }
  }
  return problems;
}

export function checkTrace({ name, size, da, where }: TraceResource, board: Board): Problem[] {
  const usable = Number.isInteger(size) && size >= 16 && size % 4 === 0 && size <= 0x7fffffff;
  if (!usable) return [errors.traceSize(name, size, where)];
  const fixed = fixedDa(da);
  if (fixed === undefined) return [];
  if (!isWord(fixed)) return [errors.badWord(`da of "${name}"`, fixed, where)];
  return isBoardMemory(board, fixed, size) ? [] : [errors.traceOutside(name, size, fixed, board.name, where)];
}

/**
 * The region that Linux finds by a carveout's name. Drivers that register their firmware memory by name as well
 * are those whose `prepare` walks all of `memory-region`.
 */
export function reservedRegion(board: Board, name: string): MemoryRegion | undefined {
  const all = ['generic', 'stm32_rproc', 'imx_rproc', 'xlnx_r5'].includes(board.linux.driver);
  return board.memory.find(
    (region) =>
      region.name === name &&
      (region.use === RegionUse.named || (all && region.use === RegionUse.image && !region.internal)),
  );
}

/** Can something lie at an address that no region of its name is at? */
export function canPlace(board: Board, da: number | undefined, len: number): boolean {
  if (board.linux.hasIommu) return true;
  return board.linux.placesFixed === true && da !== undefined && isBoardMemory(board, da, len);
}
