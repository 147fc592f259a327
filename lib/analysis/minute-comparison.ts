import { bets } from './bets.ts';
import type { Expected } from './expected.ts';
import type { GatePolicy } from './gate-policy.ts';
import { strengthOf, leaderOf, withoutStrongest } from './mixture.ts';
import { type GainAt, oddsAt, sumUp } from './rate-comparison.ts';
import type { ShareSeries } from './share-series.ts';

/** Evidence that green has bad periods more often than `tolerance` times blue's rate allows. */
export interface MinuteComparison {
  /** Logarithm of the evidence after the period at the index. */
  logStrength(index: number): number;
  /** Whether the evidence comes from more than two neighbouring periods. */
  isCorroborated(index: number): boolean;
}

/** A clump may lie across the border of two periods. */
const clumpPeriods = 2;
/** What must be left of the evidence without its strongest stretch. */
const corroboration = 3;
const inFull = new Float64Array(bets.length).fill(1);

/**
 * Compares whether a period of green had a bad response with whether blue's had one: however many a clump brings, it makes one
 * period bad, so nothing about the size of clumps is assumed or learned.
 *
 * Causes come to each slot as a Poisson process: blue gets `b` of them in a period on average, green at most `a = o b`, with odds
 * `o` of the tolerated part of the traffic. Only periods in which one slot alone had a bad response count, as in McNemar's test
 * (1947). Given such a period, the odds that it is green's are `(e^a - 1) / (e^b - 1)`. As `(e^x - 1) / x` increases, they are
 * at most `a / b <= o` wherever `o <= 1`, whatever `b` was in that period. So the likelihood ratio of odds `ratio o` against `o` has an
 * expectation of at most one, and its product over the periods is an e-process (docs/analysis.md). Where green has the larger
 * part, odds are not bounded so, and the period says nothing.
 */
export function compareMinutes(series: ShareSeries, policy: GatePolicy, expected: Expected): MinuteComparison {
  const sums = sumUp(series, policy, expected, gainAt);
  return {
    logStrength: strengthOf(sums, () => inFull),
    isCorroborated: (index) =>
      withoutStrongest(sums, inFull, index, leaderOf(sums, inFull, index), clumpPeriods) >= corroboration,
  };
}

const gainAt: GainAt = (series, index, tolerance) => {
  const odds = oddsAt(series, index, tolerance);
  const isGreenBad = (series.greenBad[index] ?? 0) > 0;
  if (odds === undefined || odds > 1 || isGreenBad === (series.blueBad[index] ?? 0) > 0) return undefined;
  return (ratio) => (isGreenBad ? Math.log(ratio) : 0) - Math.log((1 + ratio * odds) / (1 + odds));
};
