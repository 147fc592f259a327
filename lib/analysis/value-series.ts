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

/** A negative value, or one beyond any measure, is a broken datapoint and counts as missing. */
export function valueSeries(metric: string, periods: readonly PeriodOfBoth[]): ValueSeries {
  const column = (read: (period: PeriodOfBoth) => number | undefined): Float64Array =>
    Float64Array.from(periods, (period) => {
      const value = read(period);
      return isCount(value) ? value : Number.NaN;
    });
  return {
    length: periods.length,
    first: firstOfRollout(periods),
    weight: column((period) => period.weight),
    green: column((period) => period.green[metric]),
    blue: column((period) => period.blue[metric]),
    greenRequests: column((period) => period.green['requests']),
    blueRequests: column((period) => period.blue['requests']),
  };
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
