import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { Reading } from '../reading/reading.ts';
import type { CloudWatchSlotMetric, SlotSeries } from './shape/shape.ts';

/**
 * The queries of a team's own metric for one slot. An expression brings its series along; their ids are renamed, so that both
 * slots and every metric can stand in one call.
 *
 * @param id begins in lower case, of letters, digits and _; the answer comes under it
 */
export function customQueries(
  id: string,
  { series, expression }: CloudWatchSlotMetric,
  period: number,
): MetricDataQuery[] {
  const isMath = expression !== undefined;
  const parts = Object.entries(series).map(([name, one]): MetricDataQuery => ({
    Id: isMath ? `${id}_${name}` : id,
    MetricStat: statOf(one, period),
    ReturnData: !isMath,
  }));
  if (!isMath) return parts;
  const renamed = expression.replaceAll(/(?<![A-Za-z0-9_])[a-z][a-zA-Z0-9_]*/g, (name) => `${id}_${name}`);
  return [...parts, { Id: id, Expression: renamed, ReturnData: true }];
}

function statOf({ namespace, name, statistic, dimensions }: SlotSeries, period: number): MetricDataQuery['MetricStat'] {
  return {
    Metric: {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    },
    Period: period,
    Stat: statistic,
  };
}

/**
 * What a gate sees of such a metric in one settled period; `undefined` where nothing is known. A zero is assumed only where
 * the spec says so and the slot had requests.
 */
export function customValue(
  { factor, zeroWhenMissing }: Reading,
  value: number | undefined,
  requests: number | undefined,
): number | undefined {
  if (value !== undefined) return value * factor;
  return zeroWhenMissing && requests !== undefined && requests > 0 ? 0 : undefined;
}
