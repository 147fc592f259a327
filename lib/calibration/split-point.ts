import type { Datapoint } from '../analysis/datapoint.ts';
import { isCount } from '../analysis/share-series.ts';
import { isBetterHigher, type SpecGate } from '../specification/gate.ts';
import { requestsOf } from './own-minutes.ts';
import type { Random } from './random.ts';

/** What a green that is worse than blue does. */
export interface Regression {
  /** What it makes worse. */
  readonly gate: SpecGate;
  /** How many times as bad green is. */
  readonly ratio: number;
  /** The usual value of blue: a share of bad responses, or the gate's own value. */
  readonly usual: number;
  /** The step with which it begins. */
  readonly fromStep: number;
}

/** How a minute is split: what each gate reads, whether it is compared, and how many bad responses one cause brings. */
export type Splitting = readonly { readonly gate: SpecGate; readonly isCompared: boolean; readonly clump: number }[];

/** Variance of the logarithm of a percentile of one request; that of n requests is an n-th of it. The judge of values has the same. */
const variancePerRequest = 0.36;

interface Parts {
  readonly blue: Record<string, number | undefined>;
  readonly green: Record<string, number | undefined>;
}

/**
 * Splits what one slot did in a minute between two that are alike.
 *
 * @param share green's part of the traffic, 0..1
 */
export function splitPoint(
  point: Datapoint,
  share: number,
  splitting: Splitting,
  random: Random,
  regression: Regression | undefined,
): { readonly blue: Datapoint; readonly green: Datapoint } {
  const sides: Parts = { blue: { ...point }, green: { ...point } };
  splitTotals(point, share, splitting, random, sides);
  for (const { gate, isCompared, clump } of splitting) {
    if ('value' in gate) {
      if (isCompared) scatter(gate.value.metric, point, random, sides);
    } else splitPart(gate, point, { share, clump }, random, sides);
  }
  if (regression !== undefined) makeWorse(regression, random, sides.green);
  return { blue: share >= 1 ? {} : known(sides.blue), green: known(sides.green) };
}

function known(side: Parts['blue']): Datapoint {
  return Object.fromEntries(
    Object.entries(side).flatMap(([metric, value]) => (value === undefined ? [] : [[metric, value]])),
  );
}

/** Each request goes to green with the chance of its weight. */
function splitTotals(
  point: Datapoint,
  share: number,
  splitting: Splitting,
  random: Random,
  { blue, green }: Parts,
): void {
  const totals = new Set([
    'requests',
    ...splitting.flatMap(({ gate }) => ('value' in gate ? [] : [gate.total.metric])),
  ]);
  for (const metric of totals) {
    const all = point[metric];
    if (!isCount(all)) continue;
    const ofGreen = share >= 1 ? all : random.binomial(Math.round(all), share);
    green[metric] = ofGreen;
    blue[metric] = all - ofGreen;
  }
}

/** Bad responses of one cause go to one side together. */
function splitPart(
  gate: Exclude<SpecGate, { value: unknown }>,
  point: Datapoint,
  { share, clump }: { readonly share: number; readonly clump: number },
  random: Random,
  { blue, green }: Parts,
): void {
  const metric = 'good' in gate ? gate.good.metric : gate.bad.metric;
  const [part, total] = [point[metric], point[gate.total.metric]];
  const [ofGreen = 0, ofBlue = 0] = [green[gate.total.metric], blue[gate.total.metric]];
  if (!isCount(part) || !isCount(total) || part > total) return;
  const bad = 'good' in gate ? total - part : part;
  const rest = bad % clump;
  const drawn = clump * random.binomial(Math.floor(bad / clump), share) + (random.uniform() < share ? rest : 0);
  // No side has more bad responses than requests.
  const greenBad = share >= 1 ? bad : Math.max(bad - ofBlue, Math.min(ofGreen, drawn));
  green[metric] = 'good' in gate ? ofGreen - greenBad : greenBad;
  blue[metric] = 'good' in gate ? ofBlue - (bad - greenBad) : bad - greenBad;
}

/** A percentile of fewer requests scatters more. */
function scatter(metric: string, point: Datapoint, random: Random, sides: Parts): void {
  const value = point[metric];
  const all = requestsOf(point);
  if (!isCount(value) || all === 0) return;
  for (const side of [sides.blue, sides.green]) {
    const own = requestsOf(side);
    const variance = own === 0 ? 0 : Math.max(0, variancePerRequest * (1 / own - 1 / all));
    if (own === 0) side[metric] = undefined;
    else side[metric] = value * Math.exp(Math.sqrt(variance) * random.normal());
  }
}

/** Further requests of green fail, or its value is so many times as bad. */
function makeWorse({ gate, ratio, usual }: Regression, random: Random, green: Parts['green']): void {
  if ('value' in gate) {
    const value = green[gate.value.metric];
    if (value !== undefined) green[gate.value.metric] = isBetterHigher(gate) ? value / ratio : value * ratio;
    return;
  }
  const metric = 'good' in gate ? gate.good.metric : gate.bad.metric;
  const [part, total] = [green[metric], green[gate.total.metric]];
  if (part === undefined || total === undefined) return;
  const good = 'good' in gate ? part : total - part;
  const more = random.binomial(good, Math.min(1, ((ratio - 1) * usual) / Math.max(1e-12, 1 - usual)));
  green[metric] = 'good' in gate ? part - more : part + more;
}
