/** One line of `npm run bench`. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What is aimed at and what must hold on a noisy machine; null where a figure is for comparison only. */
  readonly target: number | null;
  readonly floor: number | null;
}
