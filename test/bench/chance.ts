// Numbers that look random and are the same at every run.

export interface Chance {
  /** From 0 to just under 1. */
  next(): number;
  /** A whole number from 0 to one under `limit`. */
  below(limit: number): number;
  /** True so often. */
  happens(probability: number): boolean;
  /** How many times something happens that may happen again each time: 0, 1, 2, …, `mean` on average, 12 at most. */
  times(mean: number): number;
  of<T>(items: readonly T[]): T;
  /** The first of them much more often than the last: as work is spread over people and repositories. */
  often<T>(items: readonly T[]): T;
}

export function chance(seed: number): Chance {
  let state = seed >>> 0;
  // Mulberry32: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const at = <T>(items: readonly T[], share: number): T => {
    const item = items[Math.floor(items.length * share)];
    if (item === undefined) throw new Error('there is nothing to choose from');
    return item;
  };
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    happens: (probability) => next() < probability,
    times: (mean) => {
      let count = 0;
      while (count < 12 && next() < mean / (mean + 1)) count += 1;
      return count;
    },
    of: (items) => at(items, next()),
    often: (items) => at(items, next() ** 2),
  };
}
