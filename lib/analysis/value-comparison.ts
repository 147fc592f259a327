import { periodsIn } from './by-minute.ts';
import { fadeOf } from './fading.ts';
import type { GatePolicy } from './gate-policy.ts';
import { medianBetween, type ValueSeries } from './value-series.ts';

/** Evidence that green's value, a percentile say, is more than `tolerance` times blue's. */
export interface ValueComparison {
  /** Logarithm of the evidence after the period at the index, from periods that both slots had. */
  logStrength(index: number): number;
  /** The same at 100 %, where blue has no traffic, against what both slots did before; 0 before. */
  logStrengthOfPast(index: number): number;
  /** Whether the newest periods at 100 % are still worse than tolerated. */
  isStillWorse(index: number): boolean;
  /** What green is held against where blue has no traffic. */
  readonly earlierValue: number | undefined;
}

/** Shifts of the logarithm beyond the tolerance that the evidence bets on: 10 %, 25 %, 60 %, 2.5 times. */
const shifts = [0.1, 0.22, 0.47, 0.9];
/** The most that one period may bring, so that no single odd value decides. */
const mostPerPeriod = 3;
/** Likelihoods rest on an estimated spread; half of the evidence is the price of that. */
const trustInSpread = 0.5;
/** Weight of the spread expected beforehand, in periods. */
const periodsExpected = 2;
const leastSpread = 0.02;
/** Spread expected where nothing was seen. */
const unseenSpread = 0.15;
/** Green's percentile of few requests scatters more than blue's of many, at most by this factor in variance. */
const mostScatter = 20;
/** Values under this part of their pass limit do not matter: twice a millisecond is no regression. */
const mattersFrom = 0.05;
/** What green is held against at 100 %: the worst stretch of so many minutes, so far back at most. */
const stretchMinutes = 5;
const lookBackMinutes = 120;

/**
 * Compares a positive value by the logarithm of its ratio to blue's in the same period, so that a wave that hits both cancels.
 *
 * Percentiles of different periods are never averaged: each period's ratio is one observation, and their Gaussian likelihood
 * ratios, bounded per period, are mixed over shifts and over the periods in which a regression may have begun. The spread is
 * learned from blue's past and from how the ratio moves from period to period, so this is a heuristic, not a theorem.
 */
export function compareValues(series: ValueSeries, policy: GatePolicy, settled: Int32Array): ValueComparison {
  const hundred = series.weight.findIndex((weight) => weight >= 100);
  const windowOfEarlier = periodsIn(stretchMinutes, policy);
  const earlierValue =
    hundred === -1
      ? undefined
      : worstEarlierValue(series, hundred, windowOfEarlier, periodsIn(lookBackMinutes, policy));
  const floor = mattersFrom * policy.pass;
  const ratios = logRatios(series, earlierValue, floor);
  const variance = varianceOf(series, ratios, floor);
  const fade = fadeOf(series.weight, series.first, policy.warmUpPeriods, (from, to) => {
    const ratio = medianBetween(ratios, from, to);
    return ratio === undefined ? undefined : Math.exp(ratio);
  });
  const logTolerance = fade.map((one, index) =>
    Math.log(Math.max(one, policy.tolerance) * policy.factorAt(series.weight[index] ?? 100)),
  );
  const strengthWithin = (from: number, to: number): Float64Array => {
    const evidence = new Float64Array(series.length);
    const gained = new Float64Array(shifts.length);
    for (let index = from; index < series.length; index += 1) {
      const excess = (ratios[index] ?? Number.NaN) - (logTolerance[index] ?? 0);
      const counts = index < to && index >= (settled[index] ?? 0) && !Number.isNaN(excess);
      let mixed = 0;
      for (const [bet, shift] of shifts.entries()) {
        const gain = counts ? (trustInSpread * (shift * excess - shift ** 2 / 2)) / (variance[index] ?? 1) : 0;
        // As in Page's CUSUM (1954) what spoke for green long ago does not speak for it for ever.
        gained[bet] = Math.max(0, (gained[bet] ?? 0) + Math.min(mostPerPeriod, gain));
        mixed += Math.exp(gained[bet] ?? 0) / shifts.length;
      }
      evidence[index] = Math.log(mixed);
    }
    return evidence;
  };
  const alone = hundred === -1 ? series.length : hundred;
  const [ofBoth, ofPast] = [strengthWithin(series.first, alone), strengthWithin(alone, series.length)];
  return {
    earlierValue,
    logStrength: (index) => ofBoth[index] ?? 0,
    logStrengthOfPast: (index) => ofPast[index] ?? 0,
    isStillWorse: (index) => {
      const now = medianBetween(series.green, Math.max(alone, index - windowOfEarlier + 1), index);
      return now !== undefined && earlierValue !== undefined && now > policy.tolerance * earlierValue;
    },
  };
}

function logRatios(
  { length, first, weight, green, blue }: ValueSeries,
  earlier: number | undefined,
  floor: number,
): Float64Array {
  const ratios = new Float64Array(length).fill(Number.NaN);
  for (let index = first; index < length; index += 1) {
    const against = (weight[index] ?? 0) >= 100 ? (earlier ?? Number.NaN) : (blue[index] ?? Number.NaN);
    const value = green[index] ?? Number.NaN;
    if (value + floor > 0 && against + floor > 0) ratios[index] = Math.log((value + floor) / (against + floor));
  }
  return ratios;
}

/** The highest median of a few periods in a row that either slot had before `index`. */
function worstEarlierValue(
  series: ValueSeries,
  index: number,
  windowOfEarlier: number,
  lookBack: number,
): number | undefined {
  let worst: number | undefined;
  for (let end = index - 1; end >= Math.max(0, index - lookBack); end -= 1) {
    for (const slot of [series.blue, series.green]) {
      const median = medianBetween(slot, Math.max(0, end - windowOfEarlier + 1), end);
      if (median !== undefined) worst = Math.max(worst ?? 0, median);
    }
  }
  return worst;
}

/** Variance of the log ratio at each period, from what was known by then. */
function varianceOf(series: ValueSeries, ratios: Float64Array, floor: number): Float64Array {
  const { length, first, blue, blueRequests, greenRequests } = series;
  const variance = new Float64Array(length);
  let [ofBlue, steps] = [0, 0];
  let [ofRatio, moves] = [0, 0];
  for (let index = 1; index < length; index += 1) {
    const move = Math.log(((blue[index] ?? Number.NaN) + floor) / ((blue[index - 1] ?? Number.NaN) + floor));
    if (Number.isFinite(move)) {
      ofBlue += move ** 2 / 2;
      steps += 1;
    }
    if (index < first) continue;
    const change = (ratios[index] ?? Number.NaN) - (ratios[index - 1] ?? Number.NaN);
    if (!Number.isNaN(change)) {
      ofRatio += change ** 2 / 2;
      moves += 1;
    }
    const scatter = (blueRequests[index - 1] ?? 1) / (greenRequests[index] ?? 1);
    const more = Number.isFinite(scatter) ? Math.min(mostScatter, Math.max(2, scatter)) : 2;
    const expected = steps < 3 ? unseenSpread ** 2 : Math.min(unseenSpread ** 2 * 4, (more * ofBlue) / steps);
    const learned = (periodsExpected * expected + ofRatio) / (periodsExpected + moves);
    variance[index] = Math.max(leastSpread ** 2, learned);
  }
  if (first === 0) variance[0] = unseenSpread ** 2;
  return variance;
}
