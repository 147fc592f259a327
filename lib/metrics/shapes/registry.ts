import * as z from 'zod';
import type { SlotName } from '../../drivers/layout/layout.ts';
import {
  cloudWatchDoubts,
  type CloudWatchMetric,
  cloudWatchMetrics,
  cloudWatchSlotMetric,
  type CloudWatchSlotMetric,
} from '../cloudwatch/shape/shape.ts';
import type { MetricDoubt, MetricOfBoth, SlotWords } from '../reading/reading.ts';

/** A metric as a spec writes it, of any provider. */
export const writtenMetric = z.union(
  [...cloudWatchMetrics],
  'expected either `namespace` and `name`, or `expression` and `of`',
);

export type Metric = CloudWatchMetric;

/** A metric of the team's as its provider is asked for it for one slot. */
export type SlotMetric = CloudWatchSlotMetric;

/** Returns a metric as it is read for one slot: placeholders replaced. */
export function slotMetricOf(metric: Metric, slot: SlotName, words: SlotWords): SlotMetric {
  return cloudWatchSlotMetric(metric, slot, words);
}

/** Says what its provider doubts of a metric. */
export function doubtsOf(ofBoth: MetricOfBoth<SlotMetric>): readonly MetricDoubt[] {
  return cloudWatchDoubts(ofBoth);
}
