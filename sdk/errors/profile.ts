/** Messages about what the small engine profile lacks: RP205x. */
import { type Problem, ProblemError } from '../../runtime/abi/problem.js';

/** @param uses in the order of the program's text */
export function needsFullEngine(
  uses: readonly { readonly what: string; readonly instead: string; readonly where: string }[],
): ProblemError {
  return new ProblemError(
    ...uses.map(
      ({ what, instead, where }): Problem => ({
        code: 'RP2050',
        what: `the engine profile 'small' does not have ${what}`,
        where,
        linux: 'does not know: the core would crash there with a TypeError or ReferenceError',
        fix: `${instead}; or set profile: 'full', which takes about 135 kB more memory`,
        exit: 1,
      }),
    ),
  );
}
