/** Where commands write: results to stdout, everything meant for people's eyes only to stderr. */
import pc from 'picocolors';
import { type Problem, ProblemError } from '../../runtime/abi/problem.js';

export interface Output {
  out(text: string): void;
  err(text: string): void;
  readonly color: boolean;
}

/** One JSON document, for `--json`. BigInts never occur in documents. */
export function printJson(output: Output, document: unknown): void {
  output.out(`${JSON.stringify(document, null, 2)}\n`);
}

/** Prints what went wrong and returns the exit status it means. Anything unexpected is a bug and is thrown on. */
export function printProblems(output: Output, error: unknown): number {
  if (!(error instanceof ProblemError)) throw error;
  for (const problem of error.problems) output.err(`${problemBlock(problem, output.color)}\n`);
  return error.problems.some(({ exit }) => exit === 2) ? 2 : 1;
}

function problemBlock(problem: Problem, color: boolean): string {
  const { bold, cyan, dim, red } = pc.createColors(color);
  const lines = [`${red(bold(problem.code))} ${bold(problem.what)}`];
  if (problem.where) lines.push(`  ${dim('at')}    ${cyan(problem.where)}`);
  if (problem.linux) lines.push(`  ${dim('Linux')} ${problem.linux}`);
  if (problem.fix) lines.push(`  ${dim('fix')}   ${problem.fix}`);
  if (problem.detail) lines.push('', problem.detail, '');
  return lines.join('\n');
}
