/** What a test worker tells the process that started it: one JSON document per line on file descriptor 3. */
export const EVENTS_FD = 3;

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export type WorkerEvent =
  /** A file is being imported; everything up to its `end` belongs to it. */
  | { readonly type: 'file'; readonly file: string }
  /** A test started, or with an empty name the tests of a suite are over. */
  | { readonly type: 'test'; readonly name: string }
  /** One suite's counts, as uvu gives them. */
  | ({ readonly type: 'suite' } & TestCounts)
  /** Something failed that is not a test: the import, a hook, a file without tests. */
  | { readonly type: 'problem'; readonly text: string }
  /** The file is over. `skips` are the names that tests gave to their skips. */
  | { readonly type: 'end'; readonly skips: readonly string[] }
  /** Nothing is left that could settle what the file waits for. */
  | { readonly type: 'stuck' }
  /** The worker has finished on its own account; files it has not begun are for the next one. */
  | { readonly type: 'done' };

/** Where test helpers leave the names of the tests they skip: uvu only counts skips. */
export interface SkipNames {
  rprocSkips?: string[];
}
