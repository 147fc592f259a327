import { layoutOf } from '../drivers/shapes/layout-of.ts';
import { albSeriesFor } from '../metrics/cloudwatch/alb-datapoint.ts';
import { ownMetrics } from '../specification/metric.ts';
import { metricOfSlot } from '../specification/metric-of-slot.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { metricsOf } from '../usecases/shifting/rollout-periods.ts';

/** Up to so many statistics of one metric in a call are billed as one metric. */
const statisticsOfOne = 5;

/** Returns how many series one evaluation asks CloudWatch for: of both slots, once for each pair of target groups. */
export function seriesPerEvaluation(spec: RolloutSpec): number {
  return ofBothSlots(spec) * metricsOfSeries(spec).length;
}

/** Returns how many metrics CloudWatch bills for one evaluation: statistics of one metric, such as a percentile and a count, are one. */
export function metricsPerEvaluation(spec: RolloutSpec): number {
  const statistics = new Map<string, number>();
  for (const metric of metricsOfSeries(spec)) statistics.set(metric, (statistics.get(metric) ?? 0) + 1);
  const billed = [...statistics.values()].reduce((sum, count) => sum + Math.ceil(count / statisticsOfOne), 0);
  return ofBothSlots(spec) * billed;
}

function ofBothSlots(spec: RolloutSpec): number {
  return 2 * Math.max(1, layoutOf(spec).groupsOf('a').length);
}

/** The metric behind each series of one slot: namespace, name and dimensions as one text. */
function metricsOfSeries(spec: RolloutSpec): readonly string[] {
  const names = metricsOf(spec);
  const own = names.filter((name) => name === 'slow' || Object.hasOwn(ownMetrics, name));
  const custom = names
    .flatMap((name) => (Object.hasOwn(spec.metrics, name) ? [spec.metrics[name]] : []))
    .flatMap((metric) => (metric === undefined ? [] : [metricOfSlot(spec, 'a', metric)]))
    .flatMap((asked) => (asked.provider === 'cloudwatch' ? Object.values(asked.series) : []));
  return [
    ...albSeriesFor(own, spec.slow).map(({ namespace = '', metricName, of = '' }) =>
      JSON.stringify([namespace, metricName, of]),
    ),
    ...custom.map(({ namespace, name, dimensions }) => JSON.stringify([namespace, name, dimensions])),
  ];
}
