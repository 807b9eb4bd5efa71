/** Chance that a seed repeats: the same seed gives the same run on every machine. */

/** From 0 to below 1. */
export type Random = () => number;

/** mulberry32: small, and good enough to choose what happens next. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A stream of its own for each `purpose` of one seed: what one of them takes does not change what the others give, so that
 * a fault can be left out of a plan and the rest stays as it was.
 */
export function streamOf(seed: number, purpose: string): Random {
  let hash = 0x811c9dc5 ^ seed;
  for (let i = 0; i < purpose.length; i++) hash = Math.imul(hash ^ purpose.charCodeAt(i), 0x01000193);
  // Neighbouring seeds would give neighbouring states: the first step spreads them.
  return randomFrom(randomFrom(hash)() * 2 ** 32);
}

/** A whole number from 0 to below `limit`. */
export function below(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** A number from `from` to below `to`. */
export function between(random: Random, [from, to]: readonly [number, number]): number {
  return from + random() * (to - from);
}
