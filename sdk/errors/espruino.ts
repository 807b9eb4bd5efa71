/** Messages about programs for Espruino and builds of it: RP204x. */
import { ProblemError } from '../../runtime/abi/problem.js';

/** What the gate found, one problem for each place. */
export function cannotRunOnEspruino(
  findings: readonly {
    readonly kind: 'syntax' | 'library';
    readonly what: string;
    readonly instead: string;
    readonly where: string;
  }[],
): ProblemError {
  return new ProblemError(
    ...findings.map(({ kind, what, instead, where }) => ({
      code: kind === 'syntax' ? 'RP2040' : 'RP2041',
      what,
      where,
      fix: instead,
      exit: 1 as const,
    })),
  );
}
