/** What workers of the fault volume tell. */
import type { Ending } from './run.js';

/** One of so many runs is played twice. */
export const REPLAYED = 20;

/** What a worker tells: each seed before it is played, what failed, and at the end the sums. */
export type WorkerMessage =
  | { readonly playing: number }
  | { readonly failed: number; readonly complaints: readonly string[] }
  | { readonly sums: Sums };

export interface Sums {
  runs: number;
  replayed: number;
  received: number;
  carried: number;
  timeouts: number;
  gaveUp: number;
  endings: { [ending in Ending]?: number };
  /** How often each kind of fault was injected. */
  kinds: { [kind: string]: number };
}

export const noSums = (): Sums => ({
  ...{ runs: 0, replayed: 0, received: 0, carried: 0, timeouts: 0, gaveUp: 0 },
  ...{ endings: {}, kinds: {} },
});
