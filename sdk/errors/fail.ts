/** One problem as something to throw. */
import { type Problem, ProblemError } from '../../runtime/abi/problem.js';

export function fail(problem: Problem): ProblemError {
  return new ProblemError(problem);
}
