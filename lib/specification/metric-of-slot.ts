import type { SlotName } from '../drivers/layout/layout.ts';
import { layoutOf } from '../drivers/shapes/layout-of.ts';
import { type Metric, type SlotMetric, slotMetricOf } from '../metrics/shapes/registry.ts';
import type { RolloutSpec } from './rollout-spec.ts';

/** A metric of a spec, for one of its slots: placeholders replaced. */
export function metricOfSlot(spec: RolloutSpec, name: SlotName, metric: Metric): SlotMetric {
  const layout = layoutOf(spec);
  const { period, prometheus } = spec;
  return slotMetricOf(metric, name, { words: layout.wordsOf(name), region: layout.region, period, prometheus });
}
