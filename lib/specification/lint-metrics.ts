import type { Doubt } from './doubt.ts';
import type { Metric } from './metric.ts';
import { metricOfSlot } from './metric-of-slot.ts';
import { formatDuration } from './quantity.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** Services of AWS publish each minute; only a team's own metrics can have a higher resolution. */
const publishedEach = 60;

function namespacesOf(metric: Metric): readonly string[] {
  return 'expression' in metric ? Object.values(metric.of).map(({ namespace }) => namespace) : [metric.namespace];
}

/** Metrics of the team's own that cannot tell green from blue, or that have no datapoint in a period. */
export function lintMetrics(spec: RolloutSpec): readonly Doubt[] {
  return Object.entries(spec.metrics).flatMap(([name, metric]): readonly Doubt[] => {
    const path = ['metrics', name];
    const [a, b] = [metricOfSlot(spec, 'a', metric), metricOfSlot(spec, 'b', metric)];
    const doubts: Doubt[] = [];
    if (JSON.stringify(a.series) === JSON.stringify(b.series)) {
      const message = `the dimensions of ${name} are the same for both slots, expected some that tell them apart, such as { Service: "{service}" }`;
      doubts.push({ path, severity: 'error', message });
    }
    const ofAws = namespacesOf(metric).find((namespace) => namespace.startsWith('AWS/'));
    if (ofAws !== undefined && spec.period < publishedEach) {
      const message = `${ofAws} publishes each minute at most, but the period is ${formatDuration(spec.period)}, expected 60s`;
      doubts.push({ path, severity: 'warning', message });
    }
    return doubts;
  });
}
