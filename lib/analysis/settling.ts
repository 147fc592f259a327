import type { ShareSeries } from './share-series.ts';
import { stretchesOf } from './weights.ts';

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
/** Periods at the weight before that say how green is when it is warm. */
const periodsBefore = 5;
/** However slowly it settles, it is judged after this many warm-ups. */
const longestWarmUps = 4;

/**
 * Index, for each period, of the first one at its weight that counts for a gate with a warm-up; a period before that index is
 * not judged. A higher weight brings new tasks, which are cold as the first ones were, so the warm-up begins anew with it.
 *
 * @param weight green's weight in each period
 * @param warmUp its length in periods
 * @param fall what green's value did from one index to another
 */
export function settledFrom(
  weight: Float64Array,
  first: number,
  warmUp: number,
  fall: (from: number, to: number) => Fall,
): Int32Array {
  const settled = new Int32Array(weight.length).fill(first);
  for (const { begin, end } of stretchesOf(weight, first)) {
    settled.fill(settledWithin({ first, begin, end }, warmUp, fall), begin, end);
  }
  return settled;
}

/**
 * The first period that counts of those at one weight. A cold green starts badly and gets better, a bad one stays bad: while
 * green still gets better from period to period the warm-up goes on, for up to four times its length. Where it is as good
 * again as it was at the weight before, it is warm, however its value moves.
 */
function settledWithin(
  { first, begin, end }: { readonly first: number; readonly begin: number; readonly end: number },
  warmUp: number,
  fall: (from: number, to: number) => Fall,
): number {
  let isFalling = false;
  let rest = 0;
  const longest = begin + warmUp * longestWarmUps;
  for (let index = begin + 1; index < Math.min(end, longest); index += 1) {
    if (hasFallen(Math.max(begin, index - longestFall), index, fall)) {
      isFalling = true;
      rest = 0;
    } else {
      rest = fall(index - 1, index).errors < noErrors ? rest + 1 : 0;
      if (rest >= periodsAtRest) isFalling = false;
    }
    if (index >= begin + warmUp && (!isFalling || isAsBefore(first, begin, index, fall))) return index;
  }
  return warmUp === 0 ? begin : longest;
}

function hasFallen(earliest: number, index: number, fall: (from: number, to: number) => Fall): boolean {
  for (let from = earliest; from < index; from += 1) if (isClear(fall(from, index))) return true;
  return false;
}

function isClear({ errors, remains }: Fall): boolean {
  return errors > clearErrors && remains < clearRemains;
}

/** Whether most of the last periods before a weight began were not clearly better than the one at the index. */
function isAsBefore(first: number, begin: number, index: number, fall: (from: number, to: number) => Fall): boolean {
  const earliest = Math.max(first, begin - periodsBefore);
  let better = 0;
  for (let before = earliest; before < begin; before += 1) if (isClear(fall(index, before))) better += 1;
  return begin > earliest && 2 * better < begin - earliest;
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
