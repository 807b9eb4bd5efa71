/** The gate: a program for Espruino is built only when nothing in it is known to fail there. */
import { type EncodedSourceMap, eachMapping, TraceMap } from '@jridgewell/trace-mapping';
import type { FirmwareWithProgram } from '../../config/firmware.js';
import { cannotRunOnEspruino } from '../../errors.js';
import type { Carried } from './carried.js';
import type { Finding } from './finding.js';
import { loweredFindings } from './lowered.js';
import { sourceFindings } from './sources.js';

export { type Carried, carriedProblems } from './carried.js';
export type { Finding } from './finding.js';
export { loweredFindings } from './lowered.js';
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
  refuse([...packageFindings(packages, map), ...loweredFindings(code, map)]);
}

/** What of the packages is in the program: a line that nothing in it comes from was left out. */
function packageFindings(
  packages: ReadonlyMap<string, readonly Carried[]>,
  map: EncodedSourceMap,
): Finding[] {
  const lines = new Set<string>();
  eachMapping(new TraceMap(map), ({ source, originalLine }) => lines.add(`${source}:${originalLine}`));
  return [...packages].flatMap(([source, problems]) =>
    problems
      .filter(({ line }) => lines.has(`${source}:${line}`))
      .map(({ what, instead, line, column }) => ({
        ...{ kind: 'syntax' as const, what, instead },
        where: `${source}:${line}:${column + 1}`,
      })),
  );
}

function refuse(findings: readonly Finding[]): void {
  if (findings.length === 0) return;
  const told = new Map(findings.map((finding) => [`${finding.where} ${finding.what}`, finding]));
  throw cannotRunOnEspruino([...told.values()]);
}
