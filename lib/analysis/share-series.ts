import type { ShareGate, SuccessGate } from '../specification/gate.ts';
import type { Datapoint, PeriodOfBoth } from './datapoint.ts';

/** Counts of one slot in one period: how many requests, how many of them bad. */
export interface Counts {
  readonly total: number;
  readonly bad: number;
}

/**
 * Reads the counts of a share. `undefined` where one is missing, and where they cannot be true (bad ones without a request,
 * more bad ones than requests, a negative count, one beyond what a number can hold exactly): such a datapoint is no evidence in either direction.
 */
export function countsOf(point: Datapoint, badMetric: string, totalMetric: string): Counts | undefined {
  const total = point[totalMetric];
  if (!isCount(total)) return undefined;
  const bad = point[badMetric] ?? (total === 0 ? 0 : undefined);
  return isCount(bad) && bad <= total ? { total, bad } : undefined;
}

/** Whether a datapoint holds a quantity that can be true. */
export function isCount(value: number | undefined): value is number {
  return value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

/** The periods of a rollout as columns, so that each evaluation is a pass over plain numbers. Missing counts are NaN. */
export interface ShareSeries {
  readonly length: number;
  /** Index of the first period of the rollout; what is before it is blue's history. */
  readonly first: number;
  readonly weight: Float64Array;
  readonly greenTotal: Float64Array;
  readonly greenBad: Float64Array;
  readonly blueTotal: Float64Array;
  readonly blueBad: Float64Array;
}

/** Periods of a share of bad ones; where successes are counted, the bad ones are the rest. */
export function shareSeries(gate: ShareGate | SuccessGate, periods: readonly PeriodOfBoth[]): ShareSeries {
  const column = () => new Float64Array(periods.length).fill(Number.NaN);
  const series = {
    length: periods.length,
    first: firstOfRollout(periods),
    weight: column(),
    greenTotal: column(),
    greenBad: column(),
    blueTotal: column(),
    blueBad: column(),
  };
  for (const [index, period] of periods.entries()) {
    series.weight[index] = period.weight;
    const green = countsOfGate(period.green, gate);
    const blue = countsOfGate(period.blue, gate);
    series.greenTotal[index] = green?.total ?? Number.NaN;
    series.greenBad[index] = green?.bad ?? Number.NaN;
    series.blueTotal[index] = blue?.total ?? Number.NaN;
    series.blueBad[index] = blue?.bad ?? Number.NaN;
  }
  return series;
}

function countsOfGate(point: Datapoint, gate: ShareGate | SuccessGate): Counts | undefined {
  if ('bad' in gate) return countsOf(point, gate.bad.metric, gate.total.metric);
  const counts = countsOf(point, gate.good.metric, gate.total.metric);
  return counts === undefined ? undefined : { total: counts.total, bad: counts.total - counts.bad };
}

/** Index of the first period in which green had traffic; the number of periods where there is none yet. */
export function firstOfRollout(periods: readonly PeriodOfBoth[]): number {
  const index = periods.findIndex((period) => period.weight > 0);
  return index === -1 ? periods.length : index;
}
