import { bets, stakesOnBeginnings } from './bets.ts';
import { periodsIn } from './by-minute.ts';
import type { Discounts } from './discount-schedule.ts';
import { worstEarlierRate } from './earlier-rate.ts';
import type { GatePolicy } from './gate-policy.ts';
import { strengthOf, type Sums } from './mixture.ts';
import type { ShareSeries } from './share-series.ts';

/** How green does at 100 %, where blue has no traffic, against what both slots did before. */
export interface PastComparison {
  /** The share of bad responses in the worst stretch of the last two hours; absent where nothing came before. */
  readonly rate: number | undefined;
  /** Logarithm of the evidence that green is worse than tolerated by it; 0 before 100 %. */
  logStrength(index: number): number;
  /** Whether the newest periods are still worse than tolerated. */
  isStillWorse(index: number): boolean;
}

/** Minutes that say how green is doing now. */
const recentMinutes = 5;

/**
 * Holds green's bad responses at 100 % against the worst earlier stretch, as a Poisson count. A wave that hits everything looks
 * the same as green's own doing, so this is no reason to roll back: it says when to ask a person.
 */
export function compareWithPast(
  series: ShareSeries,
  policy: GatePolicy,
  settled: Int32Array,
  discounts: Discounts,
): PastComparison {
  const hundred = series.weight.findIndex((weight) => weight >= 100);
  const rate = hundred === -1 ? undefined : worstEarlierRate(series, hundred, policy);
  if (rate === undefined) return { rate, logStrength: () => 0, isStillWorse: () => false };
  const sums = sumsFrom(series, hundred, settled, policy.tolerance * rate, periodsIn(1, policy));
  const recent = periodsIn(recentMinutes, policy);
  return {
    rate,
    logStrength: strengthOf(sums, discounts),
    isStillWorse: (index) => {
      const [total, bad] = [series.greenTotal, series.greenBad].map((column) =>
        column
          .subarray(Math.max(hundred, index - recent + 1), index + 1)
          .reduce((sum, one) => sum + (one > 0 ? one : 0), 0),
      );
      return (bad ?? 0) > policy.tolerance * rate * (total ?? 0);
    },
  };
}

function sumsFrom(series: ShareSeries, first: number, settled: Int32Array, tolerated: number, perMinute: number): Sums {
  const byBet = bets.map(({ ratio }) => {
    const sum = new Float64Array(series.length + 1);
    for (let index = first; index < series.length; index += 1) {
      const n = series.greenTotal[index] ?? Number.NaN;
      const x = series.greenBad[index] ?? Number.NaN;
      const counts = index >= (settled[index] ?? 0) && n > 0 && x >= 0;
      sum[index + 1] = (sum[index] ?? 0) + (counts ? x * Math.log(ratio) - tolerated * n * (ratio - 1) : 0);
    }
    return sum;
  });
  return { byBet, stakes: stakesOnBeginnings(series.weight, first, perMinute), first };
}
