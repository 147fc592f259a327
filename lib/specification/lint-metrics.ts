import { doubtsOf } from '../metrics/shapes/registry.ts';
import type { Doubt } from './doubt.ts';
import { metricOfSlot } from './metric-of-slot.ts';
import { formatDuration } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Metrics of the team's own that cannot tell green from blue, or that have no datapoint in a period. */
export function lintMetrics(spec: RolloutSpec): readonly Doubt[] {
  const period = { seconds: spec.period, shown: formatDuration(spec.period) };
  return Object.entries(spec.metrics).flatMap(([name, metric]): readonly Doubt[] => {
    const [a, b] = [metricOfSlot(spec, 'a', metric), metricOfSlot(spec, 'b', metric)];
    return doubtsOf({ name, a, b, period }).map((doubt) => ({ path: ['metrics', name], ...doubt }));
  });
}
