import { bets, stakesOnBeginnings } from './bets.ts';
import { periodsIn } from './by-minute.ts';
import type { Discounts } from './discount-schedule.ts';
import type { GatePolicy } from './gate-policy.ts';
import { strengthByBet, strengthOf, leaderOf, type Sums, withoutStrongest } from './mixture.ts';
import type { Expected } from './expected.ts';
import type { ShareSeries } from './share-series.ts';

/** Evidence that green's rate of bad responses is more than `tolerance` times blue's. */
export interface RateComparison {
  /** Logarithm of the evidence after the period at the index. */
  logStrength(index: number): number;
  /** Whether the evidence comes from more than one stretch of periods, where that is needed. */
  isCorroborated(index: number): boolean;
  /** Logarithm of each bet's part of the evidence. */
  strengthByBet(index: number): Float64Array;
  /** The exponent that each bet's likelihood ratio is raised to. */
  readonly discounts: Discounts;
}

/**
 * In the first periods of a new version a few errors more are worth less to the bets on a moderate regression: connections
 * open, caches fill. What such beginnings do not bring counts in full.
 */
const firstMinutes = 3;
const firstPeriodsCount = 0.7;
const mostOfABeginning = 8;
/** One clump lasts about this many minutes; longer where clumps are likely and blue was seen for less than half an hour. */
const clumpMinutes = { usual: 2, longest: 3 };
const minutesToKnowBlue = 30;
/** What must be left of the evidence without its strongest stretch. */
const corroboration = 3;
/** Discounts under it mean that blue's bad responses come in clumps. */
const clumped = 0.7;
/** So many times the evidence that is needed cannot be one clump of a size that was seen. */
const overwhelming = 3;
const middleBet = 3;

/**
 * Compares green with blue period by period. Given the total of bad responses of a period, green's part is binomial with odds
 * (green's requests × ratio) : blue's requests, whatever the rate of that period was, so what hits both slots cancels
 * (Przyborowski and Wilenski 1940; Lindon and Malek 2022, "Anytime-valid inference for multinomial count data", section 4).
 */
export function compareRates(
  series: ShareSeries,
  policy: GatePolicy,
  expected: Expected,
  discounts: Discounts,
): RateComparison {
  const sums = sumUp(series, policy, expected, gainAt);
  const exposure = shareOfExposure(series);
  const seenOfBlue = periodsOfBlue(series);
  const evidence = strengthOf(sums, discounts);
  return {
    discounts,
    strengthByBet: (index) => strengthByBet(sums, discounts(index), index),
    logStrength: evidence,
    isCorroborated: (index) => {
      const now = discounts(index);
      const isRisky = (exposure[index] ?? 1) > 2 * policy.alpha;
      const hasClumps = (now[middleBet] ?? 0) < clumped;
      if (!isRisky && !(hasClumps && evidence(index) < -overwhelming * Math.log(policy.alpha))) return true;
      const isUnknown = hasClumps && (seenOfBlue[index] ?? 0) < periodsIn(minutesToKnowBlue, policy);
      const width = periodsIn(isUnknown ? clumpMinutes.longest : clumpMinutes.usual, policy);
      return withoutStrongest(sums, now, index, leaderOf(sums, now, index), width) >= corroboration;
    },
  };
}

/** What a period adds to the log-likelihood ratio of a bet; `undefined` where it says nothing. */
export type GainAt = (series: ShareSeries, index: number, tolerance: number) => ((ratio: number) => number) | undefined;

/** Adds up what the periods that count bring each bet. */
export function sumUp(
  series: ShareSeries,
  policy: GatePolicy,
  { settled, tolerance }: Expected,
  gainAtPeriod: GainAt,
): Sums {
  const byBet = bets.map(() => new Float64Array(series.length + 1));
  const stakes = stakesOnBeginnings(series.weight, series.first, periodsIn(1, policy));
  const firstPeriods = periodsIn(firstMinutes, policy);
  for (let index = series.first; index < series.length; index += 1) {
    const isEarly = index < series.first + firstPeriods && policy.warmUpPeriods === 0;
    const gainOf =
      index < (settled[index] ?? 0) ? undefined : gainAtPeriod(series, index, tolerance[index] ?? policy.tolerance);
    for (const [bet, sum] of byBet.entries()) {
      const { ratio = 1 } = bets[bet] ?? {};
      const counts = isEarly && ratio <= mostOfABeginning ? firstPeriodsCount : 1;
      sum[index + 1] = (sum[index] ?? 0) + (gainOf === undefined ? 0 : counts * gainOf(ratio));
    }
  }
  return { byBet, stakes, first: series.first };
}

/** Odds that a bad response of the period is green's, if green is just within the tolerance; `undefined` without data of both. */
export function oddsAt(series: ShareSeries, index: number, tolerance: number): number | undefined {
  const n = series.greenTotal[index] ?? Number.NaN;
  const blueTotal = series.blueTotal[index] ?? Number.NaN;
  const isKnown = (series.greenBad[index] ?? Number.NaN) >= 0 && (series.blueBad[index] ?? Number.NaN) >= 0;
  // Where green has all traffic, what is left of blue's is no sample of it.
  return isKnown && n > 0 && blueTotal > 0 && (series.weight[index] ?? 0) < 100
    ? (tolerance * n) / blueTotal
    : undefined;
}

const gainAt: GainAt = (series, index, tolerance) => {
  const odds = oddsAt(series, index, tolerance);
  if (odds === undefined) return undefined;
  const [x, y] = [series.greenBad[index] ?? 0, series.blueBad[index] ?? 0];
  return (ratio) => x * Math.log(ratio) - (x + y) * Math.log((1 + ratio * odds) / (1 + odds));
};

/**
 * Green's part of all requests seen so far, history included. An event of a kind never seen before falls to green's lot with
 * at most this chance, if slots are exchangeable; where that is more than may be risked, one event is not enough.
 */
function shareOfExposure({ length, greenTotal, blueTotal }: ShareSeries): Float64Array {
  const shares = new Float64Array(length);
  let green = 0;
  let all = 0;
  for (let index = 0; index < length; index += 1) {
    const n = greenTotal[index] ?? 0;
    const blue = blueTotal[index] ?? 0;
    green += n > 0 ? n : 0;
    all += (n > 0 ? n : 0) + (blue > 0 ? blue : 0);
    shares[index] = all > 0 ? green / all : 1;
  }
  return shares;
}

/** Periods up to each one in which blue had requests, history included. */
function periodsOfBlue({ length, blueTotal }: ShareSeries): Float64Array {
  const seen = new Float64Array(length);
  for (let index = 0; index < length; index += 1) {
    seen[index] = (seen[index - 1] ?? 0) + ((blueTotal[index] ?? 0) > 0 ? 1 : 0);
  }
  return seen;
}
