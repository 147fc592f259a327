import type { ShareSeries } from './share-series.ts';

/** A fall of this many standard errors between two periods is one. */
const clearFall = 2;
/** A fall smaller than this many standard errors is none. */
const noFall = 0.5;
/** Periods without a fall after which a green that was cooling down counts as settled. */
const periodsAtRest = 2;
/** However slowly it settles, it is judged after this many warm-ups. */
const longestWarmUps = 4;

/**
 * Index of the first period that counts for a gate with a warm-up. A cold green starts badly and gets better, a bad one stays
 * bad: while green still gets better from period to period the warm-up goes on, for up to four times its length.
 *
 * @param change the fall of green's value from the period before to the one at the index, in standard errors; NaN if unknown
 */
export function settledFrom(first: number, length: number, warmUp: number, change: (index: number) => number): number {
  let isFalling = false;
  let rest = 0;
  const longest = first + warmUp * longestWarmUps;
  for (let index = first + 1; index < Math.min(length, longest); index += 1) {
    const fall = change(index);
    if (fall > clearFall) {
      isFalling = true;
      rest = 0;
    } else if (fall < noFall) {
      rest += 1;
      if (rest >= periodsAtRest) isFalling = false;
    } else {
      rest = 0;
    }
    if (index >= first + warmUp && !isFalling) return index;
  }
  return warmUp === 0 ? first : longest;
}

/** Latencies wander a little from minute to minute, which moves the share of slow responses by about this much of itself. */
const wander = 0.25;

/** The fall of green's share from one period to the next, in standard errors. */
export function fallOfShare({ greenTotal, greenBad }: ShareSeries): (index: number) => number {
  return (index) => {
    const [n0 = 0, n1 = 0] = [greenTotal[index - 1], greenTotal[index]];
    const [x0 = 0, x1 = 0] = [greenBad[index - 1], greenBad[index]];
    if (!(n0 > 0) || !(n1 > 0)) return Number.NaN;
    const pooled = (x0 + x1) / (n0 + n1);
    const spread = pooled * (1 - pooled);
    const error = Math.sqrt(spread * (1 / n0 + 1 / n1) + 2 * (wander * spread) ** 2);
    return error > 0 ? (x0 / n0 - x1 / n1) / error : 0;
  };
}
