import { bets } from './bets.ts';
import type { RateComparison } from './rate-comparison.ts';
import { wholeNumber } from './evidence-text.ts';

/** The latest period's figures, which the next one is assumed to be like. */
export interface Latest {
  readonly greenTotal: number;
  readonly blueTotal: number;
  readonly blueBad: number;
}

/** Periods over which the growth of the evidence is measured. */
const growthPeriods = 3;
/** Further ahead nobody plans. */
const longestForecast = 120;

/**
 * What it would take to decide against green, in one sentence: bad responses in one more period like the latest, and how
 * long it takes if the evidence goes on growing as it did.
 */
export function whatItTakes(
  comparison: RateComparison,
  { index, threshold, tolerance, metric }: { index: number; threshold: number; tolerance: number; metric: string },
  latest: Latest,
): string | undefined {
  const count = badThatDecide(comparison, index, threshold, tolerance, latest);
  const growth = (comparison.logEvidence(index) - comparison.logEvidence(index - growthPeriods)) / growthPeriods;
  const periods = (threshold - comparison.logEvidence(index)) / growth;
  const sooner =
    growth > 0 && periods < longestForecast
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
  const parts = comparison.evidenceByBet(index);
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
