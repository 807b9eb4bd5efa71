/** What run.ts asks a worker, and what the worker answers. */

export const ANSWERS_FD = 3;

export interface Request {
  readonly files: readonly string[];
  /** Parts of titles: tests that have one of them run, until the first fails. Left out: titles are listed. */
  readonly titles?: readonly string[];
}

/** `failed`: the test found something; `error`: it threw what no test looks for, its time limit included. */
export type Outcome = 'listed' | 'passed' | 'failed' | 'error';

export type Answer =
  | {
      readonly type: 'test';
      readonly file: string;
      readonly title: string;
      readonly outcome: Outcome;
      readonly message: string;
    }
  | { readonly type: 'done' };
