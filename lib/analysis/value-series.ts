import type { PeriodOfBoth } from './datapoint.ts';
import { firstOfRollout, isCount } from './share-series.ts';

/** The periods of a value such as a percentile, as columns. Missing values are NaN. */
export interface ValueSeries {
  readonly length: number;
  readonly first: number;
  readonly weight: Float64Array;
  readonly green: Float64Array;
  readonly blue: Float64Array;
  /** Requests behind each value; NaN where they are not known. */
  readonly greenRequests: Float64Array;
  readonly blueRequests: Float64Array;
}

/**
 * A negative value, or one beyond any measure, is a broken datapoint and counts as missing.
 *
 * @param turn makes of each value one that is better when lower
 * @param sumOver periods over which the value is summed up, each period's own alone where 1
 */
export function valueSeries(
  metric: string,
  periods: readonly PeriodOfBoth[],
  turn: (value: number) => number = (value) => value,
  sumOver = 1,
): ValueSeries {
  const first = firstOfRollout(periods);
  const column = (read: (period: PeriodOfBoth) => number | undefined): Float64Array =>
    Float64Array.from(periods, (period) => {
      const value = read(period);
      return isCount(value) ? value : Number.NaN;
    });
  const judged = (values: Float64Array, from: number): Float64Array =>
    (sumOver > 1 ? rollingSum(values, from, sumOver) : values).map(turn);
  return {
    length: periods.length,
    first,
    weight: column((period) => period.weight),
    green: judged(
      column((period) => period.green[metric]),
      first,
    ),
    blue: judged(
      column((period) => period.blue[metric]),
      0,
    ),
    greenRequests: column((period) => period.green['requests']),
    blueRequests: column((period) => period.blue['requests']),
  };
}

/** Sum of the known values of the newest periods, at each period with a value; what is missing adds nothing. */
function rollingSum(values: Float64Array, from: number, length: number): Float64Array {
  return values.map((value, index) => {
    if (Number.isNaN(value)) return value;
    let sum = 0;
    for (let at = Math.max(from, index - length + 1); at <= index; at += 1) {
      const one = values[at] ?? Number.NaN;
      if (!Number.isNaN(one)) sum += one;
    }
    return sum;
  });
}

/** Median of the known values from one index to another, both included; `undefined` where none is known. */
export function medianBetween(values: Float64Array, from: number, to: number): number | undefined {
  const known = values
    .subarray(from, to + 1)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const middle = (known.length - 1) / 2;
  const [low, high] = [known[Math.floor(middle)], known[Math.ceil(middle)]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
