import type { SpecGate } from '../specification/gate.ts';
import { type AnalysisInput, policiesOf } from './analyse.ts';
import { binomialUpperTail } from './binomial.ts';
import { byMinute } from './by-minute.ts';
import { discountsOf } from './clumping.ts';
import type { PeriodOfBoth } from './datapoint.ts';
import { turnOf } from './direction.ts';
import { type GatePolicy, minuteOf, policyByMinute } from './gate-policy.ts';
import type { GateLesson, Lesson } from './lesson.ts';
import { type ShareSeries, shareSeries } from './share-series.ts';
import { medianBetween, valueSeries } from './value-series.ts';
import { type Stretch, stretchesOf } from './weights.ts';

/** A difference between slots is measured from so many bad responses, or minutes, on. */
const fewestBad = 10;
const fewestMinutes = 5;
/** A minute with fewer requests of green says nothing of a cold start. */
const fewestRequests = 50;
/** A cold start lasts so many warm-ups at most. */
const longestWarmUps = 4;
/** A share is cold where it is so many times what it is later, and chance explains that with less than this. */
const coldShare = { factor: 1.5, chance: 0.01 };
/** A value is cold where its logarithm is so much above what it is later, and so many standard deviations. */
const coldValue = { least: 0.15, deviations: 3 };
/** Variance of a median over that of a mean. */
const priceOfMedian = 1.57;

/**
 * Returns what the whole record of a healthy rollout teaches about its service: how much the slots differ by their clients only where `sticky`
 * says that clients stay on one side.
 */
export function lessonOf(input: Omit<AnalysisInput, 'step'>): Lesson {
  const policies = policiesOf(input);
  return {
    minuteSeconds: minuteOf(input),
    gates: input.gates.flatMap((gate, index) => {
      const policy = policies[index];
      if (policy?.compare !== true) return [];
      const { difference, ...more } = ofGate(gate, input.periods, policy);
      const isKnown = input.sticky === true && difference !== undefined;
      return [{ gate: gate.name, ...more, ...(isKnown && { difference }) }];
    }),
  };
}

function ofGate(gate: SpecGate, all: readonly PeriodOfBoth[], policy: GatePolicy): Omit<GateLesson, 'gate'> {
  const { periods } = byMinute(gate, all, policy);
  const minutes = policyByMinute(policy);
  if (!('value' in gate)) return ofShare(shareSeries(gate, periods), minutes);
  const series = valueSeries(gate.value.metric, periods, turnOf(gate));
  const ratios = Float64Array.from(series.green, (green, index) =>
    (series.weight[index] ?? 100) < 100 ? Math.log(green / (series.blue[index] ?? Number.NaN)) : Number.NaN,
  ).map((ratio) => (Number.isFinite(ratio) ? ratio : Number.NaN));
  return ofRatios(ratios, stretchesBelow100(series), minutes, series.greenRequests);
}

/** Stretches at one weight in which both slots have traffic. */
function stretchesBelow100({ weight, first }: Pick<ShareSeries, 'weight' | 'first'>): readonly Located[] {
  return stretchesOf(weight, first)
    .map((stretch) => ({ ...stretch, part: (weight[stretch.begin] ?? 100) / 100 }))
    .filter(({ part }) => part > 0 && part < 1);
}

interface Located extends Stretch {
  /** Green's part of the traffic. */
  readonly part: number;
}

/** How much a difference of logarithms counts at a weight: clients that stay on one side make it vary by so much. */
function exposureOf({ part }: Located): number {
  return 1 / part + 1 / (1 - part);
}

interface Difference {
  /** Logarithm of green's over blue's, and the variance that chance explains. */
  readonly log: number;
  readonly variance: number;
  readonly exposure: number;
}

/** The difference at the weight that tells it best. */
function bestOf(differences: readonly Difference[]): GateLesson['difference'] {
  const best = differences.toSorted((a, b) => a.variance / a.exposure - b.variance / b.exposure)[0];
  return best && { square: rounded(best.log ** 2 / best.exposure), chance: rounded(best.variance / best.exposure) };
}

/** Four digits are all that one rollout can tell. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}

function ofShare(series: ShareSeries, policy: GatePolicy): Omit<GateLesson, 'gate'> {
  const exponents = [...discountsOf(series, series.length - 1, { ...policy, exponents: undefined })];
  const dispersion = 1 / Math.max(1e-4, exponents.at(-1) ?? 1);
  const stretches = stretchesBelow100(series);
  const difference = bestOf(stretches.flatMap((one) => differenceIn(series, one, policy, dispersion) ?? []));
  const coldMinutes = longestCold(stretches, policy, coldShareOf(series, stretches, policy), series.greenTotal);
  return {
    exponents: exponents.map(rounded),
    ...(difference !== undefined && { difference }),
    ...(coldMinutes !== undefined && { coldMinutes }),
  };
}

/**
 * Minutes at the beginning of a weight in which green was cold, at most; `undefined` for a gate without a warm-up, and where the first weight had too few
 * requests, or nothing tells how green is when it is warm.
 */
function longestCold(
  stretches: readonly Stretch[],
  policy: GatePolicy,
  isCold: ((index: number) => boolean) | undefined,
  requests: Float64Array,
): number | undefined {
  const isSeen = ({ begin }: Stretch) => (requests[begin] ?? 0) >= fewestRequests;
  const [first] = stretches;
  if (policy.warmUpPeriods === 0 || isCold === undefined || first === undefined || !isSeen(first)) return undefined;
  const longest = longestWarmUps * policy.warmUpPeriods;
  return Math.max(
    ...stretches.filter(isSeen).map(({ begin, end }) => coldFrom(begin, Math.min(end, begin + longest), isCold)),
  );
}

/** Minutes in which green is surely warm. */
function warmMinutes(stretches: readonly Stretch[], { warmUpPeriods }: GatePolicy): readonly number[] {
  return stretches.flatMap(({ begin, end }) => {
    const from = begin + longestWarmUps * warmUpPeriods;
    return Array.from({ length: Math.max(0, end - from) }, (_, index) => from + index);
  });
}

interface Pooled {
  readonly green: number;
  readonly greenBad: number;
  readonly blue: number;
  readonly blueBad: number;
}

/** Minutes with data of both slots, added up. */
function pooled(series: ShareSeries, minutes: Iterable<number>): Pooled {
  const sum = { green: 0, greenBad: 0, blue: 0, blueBad: 0 };
  for (const index of minutes) {
    const [n = 0, x = -1, m = 0, y = -1] = [
      series.greenTotal[index],
      series.greenBad[index],
      series.blueTotal[index],
      series.blueBad[index],
    ];
    if (!(n > 0 && x >= 0 && m > 0 && y >= 0)) continue;
    sum.green += n;
    sum.greenBad += x;
    sum.blue += m;
    sum.blueBad += y;
  }
  return sum;
}

/** Half a count on each side keeps what never failed from being infinitely better. */
function logRatio({ green, greenBad, blue, blueBad }: Pooled): number {
  return Math.log((greenBad + 0.5) / green) - Math.log((blueBad + 0.5) / blue);
}

function differenceIn(
  series: ShareSeries,
  stretch: Located,
  policy: GatePolicy,
  dispersion: number,
): Difference | undefined {
  const from = Math.min(stretch.end, stretch.begin + policy.warmUpPeriods);
  const sum = pooled(series, between(from, stretch.end));
  if (sum.green === 0 || sum.greenBad + sum.blueBad < fewestBad) return undefined;
  const variance = dispersion * (1 / (sum.greenBad + 0.5) + 1 / (sum.blueBad + 0.5));
  return { log: logRatio(sum), variance, exposure: exposureOf(stretch) };
}

function between(from: number, to: number): readonly number[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
}

/** Tells the minutes in which a share is clearly worse than when green is warm; `undefined` where nothing tells that. */
function coldShareOf(
  series: ShareSeries,
  stretches: readonly Stretch[],
  policy: GatePolicy,
): ((index: number) => boolean) | undefined {
  const warm = pooled(series, warmMinutes(stretches, policy));
  if (warm.green === 0) return undefined;
  const ratio = Math.exp(logRatio(warm));
  return (index) => {
    const now = pooled(series, [index]);
    if (now.green === 0) return false;
    const share = Math.max((warm.blueBad + 0.5) / warm.blue, now.blueBad / now.blue);
    const expected = Math.min(1, ratio * share);
    return (
      now.greenBad > coldShare.factor * expected * now.green &&
      binomialUpperTail(now.greenBad, now.green, expected) < coldShare.chance
    );
  };
}

/** Minutes up to the last cold one; a single warm one between two cold ones is chance. */
function coldFrom(begin: number, warm: number, isCold: (index: number) => boolean): number {
  let last = begin - 1;
  for (let index = begin; index < warm && index <= last + 2; index += 1) if (isCold(index)) last = index;
  return last - begin + 1;
}

function ofRatios(
  ratios: Float64Array,
  stretches: readonly Located[],
  policy: GatePolicy,
  requests: Float64Array,
): Omit<GateLesson, 'gate'> {
  const differences = stretches.flatMap((stretch): readonly Difference[] => {
    const known = knownOf(ratios, between(stretch.begin + policy.warmUpPeriods, stretch.end));
    const log = medianBetween(known, 0, known.length - 1);
    if (log === undefined || known.length < fewestMinutes) return [];
    const variance = (priceOfMedian * varianceAround(known, log)) / known.length;
    return [{ log, variance, exposure: exposureOf(stretch) }];
  });
  const difference = bestOf(differences);
  const coldMinutes = longestCold(stretches, policy, coldValueOf(ratios, stretches, policy), requests);
  return { ...(difference !== undefined && { difference }), ...(coldMinutes !== undefined && { coldMinutes }) };
}

function coldValueOf(
  ratios: Float64Array,
  stretches: readonly Stretch[],
  policy: GatePolicy,
): ((index: number) => boolean) | undefined {
  const warm = knownOf(ratios, warmMinutes(stretches, policy));
  const level = medianBetween(warm, 0, warm.length - 1);
  if (level === undefined || warm.length < fewestMinutes) return undefined;
  const limit = level + Math.max(coldValue.least, coldValue.deviations * Math.sqrt(varianceAround(warm, level)));
  return (index) => (ratios[index] ?? Number.NaN) > limit;
}

function knownOf(ratios: Float64Array, minutes: readonly number[]): Float64Array {
  return Float64Array.from(minutes, (index) => ratios[index] ?? Number.NaN).filter((ratio) => !Number.isNaN(ratio));
}

function varianceAround(values: Float64Array, level: number): number {
  return values.reduce((sum, value) => sum + (value - level) ** 2, 0) / Math.max(1, values.length - 1);
}
