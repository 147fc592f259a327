import { bets, stakesOnBeginnings } from './bets.ts';
import { periodsIn } from './by-minute.ts';
import type { Discounts } from './discount-schedule.ts';
import type { GatePolicy } from './gate-policy.ts';
import { strengthOf, leaderOf, type Sums, withoutStrongest } from './mixture.ts';
import type { ShareSeries } from './share-series.ts';

/** Evidence that green's share of bad responses lies beyond the abort limit. */
export interface LimitStrength {
  logStrength(index: number): number;
  /** Whether one period alone is enough: most of green's responses are bad, and they are many. */
  isCertain(index: number): boolean;
  isCorroborated(index: number): boolean;
  /** Index of the first period of what is beyond the limit. */
  beginning(index: number): number;
}

const certainShare = 0.4;
const certainBad = 30;
const clumpMinutes = 2;
/** Over so long most of green's responses have to be bad: a burst of a few seconds is not enough. */
const certainMinutes = 1;
const corroboration = 2;
/** The largest share that a bet may stand for. */
const largestShare = 0.97;

/**
 * The likelihood ratio of binomial counts, shares beyond the limit against the limit itself, mixed over shares and beginnings
 * and discounted for clumps like the comparison with blue: Wald's sequential test (1945) with a mixture for the alternative
 * (Robbins 1970), an e-process for every share up to the limit.
 */
export function limitStrength(
  series: ShareSeries,
  policy: GatePolicy,
  settled: Int32Array,
  discounts: Discounts,
): LimitStrength {
  const { first, length, greenTotal, greenBad } = series;
  const byBet = bets.map(({ ratio }) => {
    const share = Math.min(largestShare, policy.abort * ratio);
    const perBad = Math.log(share / policy.abort);
    const perGood = Math.log((1 - share) / (1 - policy.abort));
    const sum = new Float64Array(length + 1);
    for (let index = first; index < length; index += 1) {
      const n = greenTotal[index] ?? Number.NaN;
      const x = greenBad[index] ?? Number.NaN;
      const counts = index >= (settled[index] ?? 0) && n > 0 && x >= 0 && share > policy.abort;
      sum[index + 1] = (sum[index] ?? 0) + (counts ? x * perBad + (n - x) * perGood : 0);
    }
    return sum;
  });
  const sums: Sums = { byBet, stakes: stakesOnBeginnings(series.weight, first, periodsIn(1, policy)), first };
  const certainPeriods = periodsIn(certainMinutes, policy);
  return {
    logStrength: strengthOf(sums, discounts),
    isCertain: (index) => {
      const from = Math.max(settled[index] ?? 0, index - certainPeriods + 1);
      const sum = (column: Float64Array) =>
        column.subarray(from, index + 1).reduce((all, one) => all + (one > 0 ? one : 0), 0);
      const bad = sum(greenBad);
      return (greenTotal[index] ?? 0) > 0 && bad >= certainBad && bad >= certainShare * sum(greenTotal);
    },
    isCorroborated: (index) => {
      const now = discounts(index);
      return (
        withoutStrongest(sums, now, index, leaderOf(sums, now, index), periodsIn(clumpMinutes, policy)) >= corroboration
      );
    },
    beginning: (index) => leaderOf(sums, discounts(index), index).start,
  };
}
