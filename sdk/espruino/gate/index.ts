/** The gate: a program for Espruino is built only when nothing in it is known to fail there. */
import type { EncodedSourceMap } from '@jridgewell/trace-mapping';
import type { FirmwareWithProgram } from '../../config/firmware.js';
import { cannotRunOnEspruino } from '../../errors.js';
import type { Carried } from './carried.js';
import type { Finding } from './finding.js';
import { loweredFindings } from './lowered.js';
import { packageFindings } from './packages.js';
import { sourceFindings } from './sources.js';

export { type Carried, carriedProblems } from './carried.js';
export type { Finding } from './finding.js';
export { loweredFindings } from './lowered.js';
export { packageProblems } from './packages.js';
export { sourceFindings } from './sources.js';

/** @throws ProblemError RP2070 and RP2071, one for each place in the author's modules */
export function checkSources(firmware: FirmwareWithProgram, runtimeTypes: string): void {
  refuse(sourceFindings(firmware, runtimeTypes));
}

/**
 * @param packages what was found in modules that are not the author's, by their paths in `map`
 * @throws ProblemError RP2070 and RP2071, one for each place in the lowered program
 */
export function checkLowered(
  code: string,
  map: EncodedSourceMap,
  packages: ReadonlyMap<string, readonly Carried[]>,
): void {
  const found = packageFindings(packages, map);
  const told = new Set(found.map(({ where }) => where));
  // The same place may look wrong once more where it has become ES5.
  refuse([...found, ...loweredFindings(code, map).filter(({ where }) => !told.has(where))]);
}

function refuse(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const told = new Map(findings.map((finding) => [`${finding.where} ${finding.what}`, finding]));
  throw cannotRunOnEspruino([...told.values()]);
}
