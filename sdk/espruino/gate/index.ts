/** The gate: a program for Espruino is built only when nothing in it is known to fail there. */
import type { FirmwareWithProgram } from '../../config/firmware.js';
import { cannotRunOnEspruino } from '../../errors.js';
import type { AnyMap } from '../source-map.js';
import type { Finding } from './finding.js';
import { loweredFindings } from './lowered.js';
import { sourceFindings } from './sources.js';

export type { Finding } from './finding.js';
export { loweredFindings } from './lowered.js';
export { sourceFindings } from './sources.js';

/** @throws ProblemError RP2070 and RP2071, one for each place in the author's modules */
export function checkSources(firmware: FirmwareWithProgram, runtimeTypes: string): void {
  refuse(sourceFindings(firmware, runtimeTypes));
}

/** @throws ProblemError RP2070 and RP2071, one for each place in the lowered program */
export function checkLowered(code: string, map: AnyMap): void {
  refuse(loweredFindings(code, map));
}

function refuse(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const told = new Map(findings.map((finding) => [`${finding.where} ${finding.what}`, finding]));
  throw cannotRunOnEspruino([...told.values()]);
}
