/** `--faults FILE` of `rproc run`, and the command that replays a run. */
import { checkFaultPlan, type FaultPlan } from '../../host-sim/index.js';
import { utf8Decode } from '../../runtime/abi/utf8.js';
import { faultsNotJson } from '../errors.js';
import type { RunReport } from '../testing/run-image.js';
import { readInput } from './files.js';

/** Reads a fault plan. Throws ProblemError (exit status 2) when it is not one. */
export async function readFaultPlan(file: string): Promise<FaultPlan> {
  const text = utf8Decode(await readInput(file));
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (error) {
    throw faultsNotJson(file, (error as Error).message);
  }
  return checkFaultPlan(given, file);
}

/** What a replay has to repeat: everything that a run depends on. */
export interface ReplayedOptions {
  readonly core: string;
  readonly driver?: readonly string[];
  readonly until?: string;
  /** Seconds. */
  readonly timeout: number;
  readonly seed: number;
  readonly faults?: string;
  readonly interleave?: boolean;
}

/** The command line that gives the same run again, for a POSIX shell. */
export function replayCommand(report: RunReport, options: ReplayedOptions): string {
  const words = ['rproc', 'run', report.file, '--board', report.board, '--kernel', report.kernel];
  for (const name of options.driver ?? []) words.push('--driver', name);
  if (options.core !== 'quickjs') words.push('--core', options.core);
  if (options.until !== undefined) words.push('--until', options.until);
  words.push('--timeout', String(options.timeout));
  if (options.faults !== undefined) words.push('--faults', options.faults);
  if (options.interleave) words.push('--interleave');
  words.push('--seed', String(options.seed));
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** `2 kicks.drop, 1 core.crash`, or nothing. */
export function countFaults({ faults }: RunReport): string {
  const counts = new Map<string, number>();
  for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => `${count} ${kind}`).join(', ');
}
