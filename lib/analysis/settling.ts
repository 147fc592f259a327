import type { ShareSeries } from './share-series.ts';

/** What green's value did from one period to a later one. */
export interface Fall {
  /** In standard errors. */
  readonly errors: number;
  /** The later value as a part of the earlier one. */
  readonly remains: number;
}

/** A fall of this many standard errors, that leaves no more than this of the value, is one. */
const clearErrors = 2;
const clearRemains = 0.85;
/** A fall may take this many periods to become clear. */
const longestFall = 3;
/** A fall from one period to the next that is smaller than this many standard errors is none. */
const noErrors = 0.5;
/** Periods without a fall after which a green that was cooling down counts as settled. */
const periodsAtRest = 2;
/** However slowly it settles, it is judged after this many warm-ups. */
const longestWarmUps = 4;

/**
 * Index of the first period that counts for a gate with a warm-up. A cold green starts badly and gets better, a bad one stays
 * bad: while green still gets better from period to period the warm-up goes on, for up to four times its length.
 *
 * @param fall what green's value did from one index to another
 */
export function settledFrom(
  first: number,
  length: number,
  warmUp: number,
  fall: (from: number, to: number) => Fall,
): number {
  let isFalling = false;
  let rest = 0;
  const longest = first + warmUp * longestWarmUps;
  for (let index = first + 1; index < Math.min(length, longest); index += 1) {
    if (hasFallen(Math.max(first, index - longestFall), index, fall)) {
      isFalling = true;
      rest = 0;
    } else {
      rest = fall(index - 1, index).errors < noErrors ? rest + 1 : 0;
      if (rest >= periodsAtRest) isFalling = false;
    }
    if (index >= first + warmUp && !isFalling) return index;
  }
  return warmUp === 0 ? first : longest;
}

function hasFallen(earliest: number, index: number, fall: (from: number, to: number) => Fall): boolean {
  for (let from = earliest; from < index; from += 1) {
    const { errors, remains } = fall(from, index);
    if (errors > clearErrors && remains < clearRemains) return true;
  }
  return false;
}

/** Latencies wander a little from minute to minute, which moves the share of slow responses by about this much of itself. */
const wander = 0.25;

/** The fall of green's share from one period to another. */
export function fallOfShare({ greenTotal, greenBad }: ShareSeries): (from: number, to: number) => Fall {
  return (from, to) => {
    const [n0 = 0, n1 = 0] = [greenTotal[from], greenTotal[to]];
    const [x0 = 0, x1 = 0] = [greenBad[from], greenBad[to]];
    if (!(n0 > 0) || !(n1 > 0)) return { errors: Number.NaN, remains: 1 };
    const pooled = (x0 + x1) / (n0 + n1);
    const spread = pooled * (1 - pooled);
    const error = Math.sqrt(spread * (1 / n0 + 1 / n1) + 2 * (wander * spread) ** 2);
    return error > 0
      ? { errors: (x0 / n0 - x1 / n1) / error, remains: x1 / n1 / (x0 / n0) }
      : { errors: 0, remains: 1 };
  };
}
