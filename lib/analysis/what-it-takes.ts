import { bets } from './bets.ts';
import { type Pace, periodsIn } from './by-minute.ts';
import type { RateComparison } from './rate-comparison.ts';
import { wholeNumber } from './strength-text.ts';

/** The latest period's figures, which the next one is assumed to be like. */
export interface Latest {
  readonly greenTotal: number;
  readonly blueTotal: number;
  readonly blueBad: number;
}

/** Minutes over which the growth of the evidence is measured. */
const growthMinutes = 3;
/** Further ahead nobody plans, in minutes. */
const longestForecast = 120;

interface Asked {
  readonly index: number;
  readonly threshold: number;
  readonly tolerance: number;
  readonly pace: Pace;
  readonly metric: string;
}

/**
 * What it would take to decide against green, in one sentence: bad responses in one more period like the latest, and how
 * long it takes if the evidence goes on growing as it did.
 */
export function whatItTakes(
  comparison: RateComparison,
  { index, threshold, tolerance, pace, metric }: Asked,
  latest: Latest,
): string | undefined {
  const count = badThatDecide(comparison, index, threshold, tolerance, latest);
  const growthPeriods = periodsIn(growthMinutes, pace);
  const growth = (comparison.logStrength(index) - comparison.logStrength(index - growthPeriods)) / growthPeriods;
  const periods = (threshold - comparison.logStrength(index)) / growth;
  const sooner =
    growth > 0 && periods < periodsIn(longestForecast, pace)
      ? `, or about ${wholeNumber(Math.ceil(periods))} more periods like the last ones`
      : '';
  if (count === undefined) return sooner === '' ? undefined : `it takes${sooner.replace(', or', '')}`;
  return `it takes about ${wholeNumber(count)} ${metric} in one more period${sooner}`;
}

/** Fewest bad responses of green in one more period that would decide; `undefined` where not even all of them would. */
function badThatDecide(
  comparison: RateComparison,
  index: number,
  threshold: number,
  tolerance: number,
  { greenTotal, blueTotal, blueBad }: Latest,
): number | undefined {
  if (!(greenTotal > 0) || !(blueTotal > 0)) return undefined;
  const odds = (tolerance * greenTotal) / blueTotal;
  const parts = comparison.strengthByBet(index);
  const discounts = comparison.discounts(index);
  let fewest = Infinity;
  for (const [bet, { ratio }] of bets.entries()) {
    const cost = Math.log((1 + ratio * odds) / (1 + odds));
    const discount = discounts[bet] ?? 0;
    const lacking = threshold - (parts[bet] ?? 0) + discount * blueBad * cost;
    fewest = Math.min(fewest, Math.ceil(lacking / (discount * (Math.log(ratio) - cost))));
  }
  return fewest >= 1 && fewest <= greenTotal ? fewest : undefined;
}
