import { layoutOf } from '../drivers/shapes/layout-of.ts';
import { albSeriesFor } from '../metrics/cloudwatch/alb-datapoint.ts';
import { ownMetrics } from '../specification/metric.ts';
import { metricOfSlot } from '../specification/metric-of-slot.ts';
import type { RolloutSpec } from '../specification/rollout-spec.ts';
import { metricsOf } from '../usecases/shifting/rollout-periods.ts';

/** Returns how many series one evaluation asks CloudWatch for: of both slots, once for each pair of target groups. */
export function seriesPerEvaluation(spec: RolloutSpec): number {
  const names = metricsOf(spec);
  const own = names.filter((name) => name === 'slow' || Object.hasOwn(ownMetrics, name));
  const custom = names
    .flatMap((name) => (Object.hasOwn(spec.metrics, name) ? [spec.metrics[name]] : []))
    .flatMap((metric) => (metric === undefined ? [] : [metricOfSlot(spec, 'a', metric)]))
    .flatMap((asked) => (asked.provider === 'cloudwatch' ? Object.keys(asked.series) : []));
  const pairs = Math.max(1, layoutOf(spec).groupsOf('a').length);
  return 2 * pairs * (albSeriesFor(own, spec.slow).length + custom.length);
}
