/**
 * How every package reports bad input: a stable code, what is wrong, where it was declared, what Linux would
 * do with it, and how to fix it. Message factories live in each package's errors.ts; logic only calls them.
 */
export interface Problem {
  /** Stable, e.g. `RP1004`. */
  readonly code: string;
  /** One sentence: what is wrong, with the value. */
  readonly what: string;
  /** `file:line:column` of the declaration, or the file. */
  readonly where?: string;
  /** What Linux would do with it. */
  readonly linux?: string;
  /** What to do about it. */
  readonly fix?: string;
  /** A code frame or a tool's own output. */
  readonly detail?: string;
  /** Status the command ends with: 1 the input fails, 2 usage or configuration. */
  readonly exit: 1 | 2;
}

/** An error that carries one or more problems. */
export class ProblemError extends Error {
  /** At least one. */
  readonly problems: readonly Problem[];

  constructor(...problems: Problem[]) {
    super(problems.map(problemText).join('\n'));
    this.name = 'ProblemError';
    this.problems = problems;
  }
}

/** The problem as text: what, where, Linux, fix, one line each. */
export function problemText(problem: Problem): string {
  let text = problem.code + ': ' + problem.what;
  if (problem.where) text += '\n  declared at ' + problem.where;
  if (problem.linux) text += '\n  Linux: ' + problem.linux;
  if (problem.fix) text += '\n  fix: ' + problem.fix;
  if (problem.detail) text += '\n' + problem.detail;
  return text;
}
