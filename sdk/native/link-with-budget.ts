/** Links a native image, and says where its memory goes whether it fits or not. */
import { generateLinkerScript } from '../../ldscripts/index.js';
import type { MemoryMap } from '../../ldscripts/memory-map.js';
import { ProblemError } from '../../runtime/abi/problem.js';
import { type LinkOptions, type LinkResult, link } from '../link/link.js';
import { type Budget, type BudgetParts, fits, imageBudget } from './budget.js';
import { tooLarge } from './format-budget.js';

/** Bytes of each region of the larger map, and from one to the next: branches reach from one to any other. */
const WINDOW = 0x01000000;

/**
 * @param firmware name for messages
 * @throws ProblemError RP2033 for an image that does not fit its board; all others of `link`
 */
export async function linkWithBudget(
  firmware: string,
  options: LinkOptions,
  parts: BudgetParts,
): Promise<LinkResult & { readonly budget: Budget }> {
  let linked: LinkResult;
  try {
    linked = await link(options);
  } catch (error) {
    // Linkers say which section did not fit, and not how much of what there is.
    const budget = error instanceof ProblemError ? await measured(options, parts) : undefined;
    if (!budget || fits(budget)) throw error;
    throw tooLarge(firmware, parts.board.name, budget);
  }
  return { ...linked, budget: imageBudget(linked.elf, parts) };
}

/** The same link into regions that everything fits; undefined where that fails too. */
async function measured(options: LinkOptions, parts: BudgetParts): Promise<Budget | undefined> {
  const map = measuringMap(parts.map);
  try {
    const { elf } = await link({ ...options, script: generateLinkerScript(map) });
    const regions = map.regions.map((region, i) => ({ ...region, length: parts.map.regions[i].length }));
    return imageBudget(elf, { ...parts, map: { ...map, regions } });
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

/** The map with regions of 16 MiB each, and without what is only true at the board's own addresses. */
function measuringMap(map: MemoryMap): MemoryMap {
  return {
    ...map,
    regions: map.regions.map((region, i) => ({ ...region, origin: (i + 1) * WINDOW, length: WINDOW })),
    asserts: [],
    areas: map.areas?.map((area) => (area.size === 'rest' ? { ...area, min: 0 } : area)),
  };
}
