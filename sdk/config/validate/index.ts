/** What types cannot reject: checks of a firmware's declaration, each message with the place of the declaration. */
import { existsSync } from 'node:fs';
import { type Problem, ProblemError } from '../../../runtime/abi/problem.js';
import * as errors from '../../errors.js';
import type { Firmware } from '../firmware.js';
import { isVdev, type Resource } from '../resources/index.js';
import { checkLinked } from './linked.js';
import { checkCarveout, checkDevmem, checkTrace } from './memory.js';
import { checkName, checkUnique } from './names.js';
import { checkPlacement } from './placement.js';
import { checkTable } from './table.js';
import { checkVdev } from './vdevs.js';
import { checkRaw, checkVendor } from './vendor.js';

/** Throws a ProblemError with everything that is wrong. */
export function checkFirmware(firmware: Firmware): void {
  const { entry, resources, where } = firmware;
  const problems = checkUnique(resources);
  if (entry !== undefined && !existsSync(entry)) problems.unshift(errors.entryMissing(entry, where));
  for (const resource of resources) problems.push(...checkName(resource), ...checkEntry(resource, firmware));
  for (const vdev of resources.filter(isVdev)) problems.push(...checkVdev(vdev, firmware));
  problems.push(...checkPlacement(firmware), ...checkLinked(firmware));
  // Sums are about numbers that hold one by one.
  if (problems.length === 0) problems.push(...checkTable(firmware));
  if (problems.length > 0) throw new ProblemError(...problems);
}

/** Everything about one entry that needs no other; vdevs are numbered and come later. */
function checkEntry(resource: Resource, firmware: Firmware): Problem[] {
  switch (resource.kind) {
    case 'carveout':
      return checkCarveout(resource, firmware);
    case 'devmem':
      return checkDevmem(resource, firmware.board);
    case 'trace':
      return checkTrace(resource, firmware.board);
    case 'vendor':
      return checkVendor(resource);
    case 'raw':
      return checkRaw(resource);
    default:
      return [];
  }
}
