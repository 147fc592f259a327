import * as z from 'zod';
import type { SlotName } from '../../drivers/layout/layout.ts';
import {
  cloudWatchDoubts,
  type CloudWatchMetric,
  cloudWatchMetrics,
  cloudWatchSlotMetric,
  type CloudWatchSlotMetric,
} from '../cloudwatch/shape/shape.ts';
import type { PrometheusServer } from '../prometheus/shape/server.ts';
import {
  prometheusDoubts,
  type PrometheusMetric,
  prometheusMetrics,
  prometheusSlotMetric,
  type PrometheusSlotMetric,
} from '../prometheus/shape/shape.ts';
import type { MetricDoubt, MetricOfBoth, SlotWords } from '../reading/reading.ts';

/** A metric as a spec writes it, of any provider: the provider is told by its keys. */
export const writtenMetric = z.union(
  [...cloudWatchMetrics, ...prometheusMetrics],
  'expected either `namespace` and `name`, or `expression` and `of`, or `query`',
);

export type Metric = CloudWatchMetric | PrometheusMetric;

/** A metric of the team's as its provider is asked for it for one slot. */
export type SlotMetric = CloudWatchSlotMetric | PrometheusSlotMetric;

/** The name of a provider's folder. */
export type ProviderName = SlotMetric['provider'];

/** What providers need of a spec besides the metric. */
export interface MetricPlace {
  /** What stands for the names of the slot. */
  readonly words: SlotWords;
  /** The region of the service. */
  readonly region: string;
  /** Length of a datapoint in seconds. */
  readonly period: number;
  readonly prometheus: PrometheusServer | undefined;
}

/** Returns a metric as it is read for one slot: placeholders replaced. */
export function slotMetricOf(metric: Metric, slot: SlotName, place: MetricPlace): SlotMetric {
  if ('query' in metric) return prometheusSlotMetric(metric, slot, { ...place, server: place.prometheus });
  return cloudWatchSlotMetric(metric, slot, place.words);
}

/** Says what its provider doubts of a metric. */
export function doubtsOf({ a, b, ...about }: MetricOfBoth<SlotMetric>): readonly MetricDoubt[] {
  if (a.provider === 'prometheus') return b.provider === a.provider ? prometheusDoubts({ a, b, ...about }) : [];
  return b.provider === a.provider ? cloudWatchDoubts({ a, b, ...about }) : [];
}
