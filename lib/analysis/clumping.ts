import { bets } from './bets.ts';
import { binomialUpperTail } from './binomial.ts';
import type { GatePolicy } from './gate-policy.ts';
import type { ShareSeries } from './share-series.ts';

/** Neighbouring periods of which a period's expected count is the average, on either side. */
const neighbours = 15;
/** Runs of periods whose evidence is looked at together: what clumps over a few minutes must not count each minute. */
const runs = [1, 2, 5];
/** The next clump may be larger than any that was seen. */
const nextClump = 1.5;
/** A largest run that independent errors bring with at least this chance says nothing about clumps. */
const noSurprise = 0.05;
/** Part of the tolerance that the calibration grants, between none (the bet's own null) and all of it. */
const grantedTolerance = 0.72;
/** What is assumed of a service of which nothing was seen, and how many periods it takes to forget it. */
const unseenDiscount = 0.5;
const periodsToForget = 30;
/** Clumps that were seen are believed sooner than their absence. */
const periodsToBelieve = 6;
/** The dispersion estimate of clean traffic scatters around one. */
const dispersionSlack = 0.8;
/**
 * A slot's rate that wanders by itself shows in stretches of so many periods. There are few of them, so their dispersion scatters: less than the
 * first factor beyond that of single periods is chance, more than the second counts whole.
 */
const stretch = 10;
const chanceOfStretches = 1.5;
const surelyWanders = 3;
const fewestPeriods = 5;
const smallestDiscount = 1e-4;

interface Past {
  readonly periods: number;
  /** Totals and bad ones, summed up to each period. */
  readonly total: Float64Array;
  readonly bad: Float64Array;
}

/**
 * The exponent that each bet's likelihood ratio is raised to: 1 where blue's bad responses come one by one, about 1/C where
 * one cause brings C of them.
 *
 * Two facts stand behind it. Where bad responses come in clumps of at most C, each wholly on one slot, the likelihood ratio
 * to the power 1/C has expectation at most one (docs/analysis.md proves it). And for a sum of independent increments X the
 * chance of ever rising to b is at most exp(-s b), s being the root of E exp(s X) = 1 (Lundberg's inequality; Asmussen and
 * Albrecher, Ruin Probabilities, IV.5). Here s is solved for on blue's own periods, each judged against its neighbours as if
 * it were green's, with the largest clump seen a second time and half as large again. It is bounded by the reciprocal of the
 * dispersion by successive differences (von Neumann 1941), which also sees clumps that busy minutes average out.
 *
 * That a finite past stands for the future is an assumption, not a theorem.
 */
export function discountsOf(
  series: ShareSeries,
  last: number,
  { tolerance, abort, exponents }: Pick<GatePolicy, 'tolerance' | 'abort' | 'exponents'>,
): Float64Array {
  const past = pastOfBlue(series, last, abort);
  const bound = 1 / overdispersionOf(past);
  const margin = 1 + grantedTolerance * (tolerance - 1);
  const discounts = new Float64Array(bets.length);
  let smallest = bound;
  for (const [index, { ratio }] of bets.entries()) {
    // A higher bet is never trusted more than a lower one: the past has too few clumps to calibrate it by itself.
    smallest = adjustmentOf(past, ratio, margin, smallest);
    const seen = Math.max(smallestDiscount, smallest);
    const trust = Math.min(1, past.periods / (seen < unseenDiscount ? periodsToBelieve : periodsToForget));
    // Earlier rollouts stand for what was not seen yet; clumps too rare for the hours before this one count as well.
    const before = exponents?.[index];
    const known = Math.exp(trust * Math.log(seen) + (1 - trust) * Math.log(before ?? unseenDiscount));
    discounts[index] = Math.min(known, before ?? 1);
  }
  return discounts;
}

/** Blue's periods with data up to `last`, without those in which it was broken outright and those without its traffic. */
function pastOfBlue(series: ShareSeries, last: number, outage: number): Past {
  const total = new Float64Array(last + 2);
  const bad = new Float64Array(last + 2);
  let periods = 0;
  for (let index = 0; index <= last && index < series.length; index += 1) {
    const n = series.blueTotal[index] ?? Number.NaN;
    const x = series.blueBad[index] ?? Number.NaN;
    if (!(n > 0) || !(x <= outage * n) || (series.weight[index] ?? 100) >= 100) continue;
    total[periods + 1] = (total[periods] ?? 0) + n;
    bad[periods + 1] = (bad[periods] ?? 0) + x;
    periods += 1;
  }
  return { periods, total, bad };
}

function between(sums: Float64Array, from: number, to: number): number {
  return (sums[to] ?? 0) - (sums[from] ?? 0);
}

/** How many times as much blue's bad responses scatter as independent ones, at least one: from period to period, or over minutes. */
function overdispersionOf(past: Past): number {
  const ofPeriods = Math.max(1, dispersionSlack * dispersionOf(past, 1));
  const ofStretches = dispersionSlack * dispersionOf(past, stretch);
  const wanders = (ofStretches / ofPeriods - chanceOfStretches) / (surelyWanders - chanceOfStretches);
  return wanders <= 0 ? ofPeriods : ofPeriods * (ofStretches / ofPeriods) ** Math.min(1, wanders);
}

/** Variance over mean of the difference between stretches that follow each other, of so many periods each. */
function dispersionOf({ periods, total, bad }: Past, width: number): number {
  let [sum, pairs] = [0, 0];
  for (let index = width; index + width <= periods; index += 1) {
    const [n0, n1] = [between(total, index - width, index), between(total, index, index + width)];
    const [x0, x1] = [between(bad, index - width, index), between(bad, index, index + width)];
    const rate = (x0 + x1) / (n0 + n1);
    pairs += 1;
    if (rate > 0) sum += (x1 / n1 - x0 / n0) ** 2 / (rate * (1 / n0 + 1 / n1));
  }
  return periods < fewestPeriods + 4 * (width - 1) || pairs === 0 ? 1 : sum / pairs;
}

/** The largest s up to a bound for which exp(s X) averages at most one over the past, whatever the length of the runs. */
function adjustmentOf(past: Past, ratio: number, margin: number, bound: number): number {
  let adjustment = bound;
  if (past.periods < fewestPeriods) return adjustment;
  for (const width of runs) {
    if (past.periods < width + 4) continue;
    const { gains, chanceOfLargest } = gainsOf(past, ratio, margin, width);
    const surprise = 1 - chanceOfLargest / noSurprise;
    if (surprise <= 0 || meanExponential(gains, adjustment) <= 1) continue;
    // Between no surprise and full surprise the exponent goes over smoothly, so that no single response tips it.
    adjustment *= (rootOf(gains, adjustment) / adjustment) ** surprise;
  }
  return adjustment;
}

/** The exponent below `above` at which the mean turns one. */
function rootOf(gains: Float64Array, above: number): number {
  let [low, high] = [0, above];
  for (let step = 0; step < 12; step += 1) {
    const middle = (low + high) / 2;
    if (meanExponential(gains, middle) > 1) high = middle;
    else low = middle;
  }
  return low;
}

interface Gains {
  /** What each run of blue's periods would have gained the bet, and the largest once more, larger. */
  readonly gains: Float64Array;
  /** Chance that one of as many runs of independent errors would have been as large as the largest. */
  readonly chanceOfLargest: number;
}

function gainsOf({ periods, total, bad }: Past, ratio: number, margin: number, width: number): Gains {
  const count = periods - width + 1;
  const expected = new Float64Array(count);
  let [sumOfExpected, sumOfSeen] = [0, 0];
  for (let from = 0; from < count; from += 1) {
    const lowest = Math.max(0, from - neighbours);
    const highest = Math.min(periods, from + width + neighbours);
    const n = between(total, from, from + width);
    const x = between(bad, from, from + width);
    // Half a count keeps a quiet neighbourhood from promising that nothing ever goes wrong.
    const around = between(bad, lowest, highest) - x + 0.5;
    expected[from] = (n * around) / (between(total, lowest, highest) - n);
    sumOfExpected += expected[from] ?? 0;
    sumOfSeen += x;
  }
  // On average no period is worse than its neighbours; at the ends of the past, where one side is missing, it can seem so.
  const fair = Math.max(1, sumOfSeen / sumOfExpected);
  const level = margin * fair;
  const gains = new Float64Array(count + 1);
  let largest = 0;
  let largestAt = 0;
  for (let from = 0; from < count; from += 1) {
    const gain = between(bad, from, from + width) * Math.log(ratio) - level * (expected[from] ?? 0) * (ratio - 1);
    gains[from] = gain;
    if (gain <= largest) continue;
    largest = gain;
    largestAt = from;
  }
  // The clump to come must not turn the mean, which is negative for every bet, or no exponent would be small enough.
  const share = (largest * nextClump) / count;
  for (let from = 0; from < count; from += 1) gains[from] = (gains[from] ?? 0) - share;
  gains[count] = largest * nextClump;
  const n = between(total, largestAt, largestAt + width);
  const x = between(bad, largestAt, largestAt + width);
  const chance = binomialUpperTail(x, n, (fair * (expected[largestAt] ?? 0)) / n);
  return { gains, chanceOfLargest: -Math.expm1(count * Math.log1p(-Math.min(chance, 1))) };
}

function meanExponential(gains: Float64Array, exponent: number): number {
  let sum = 0;
  for (const gain of gains) sum += Math.exp(exponent * gain);
  return sum / gains.length;
}
