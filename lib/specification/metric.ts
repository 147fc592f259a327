import * as z from 'zod';
import { type Metric, writtenMetric } from '../metrics/shapes/registry.ts';
import { quote } from './text/plain-text.ts';

/** The team's own metrics, by the name that gates use. */
export const metrics = z.record(z.string(), writtenMetric).superRefine((written, context) => {
  for (const name of Object.keys(written)) {
    const fits = /^[a-zA-Z][a-zA-Z0-9]{0,39}$/.test(name);
    const message = fits
      ? `${quote(name)} is ${Object.hasOwn(ownMetrics, name) ? 'a metric of Sluice itself' : 'a word of the language'}, expected another name`
      : `${quote(name)} is no name of a metric, expected letters and digits, a letter first`;
    // Every object answers to words such as `constructor`: a datapoint that is missing would be there.
    if (!fits || name in ownMetrics) context.addIssue({ code: 'custom', path: [name], message });
  }
  if (Object.keys(written).length > 20) context.addIssue('expected at most 20 metrics');
});

/** What a limit of a gate and the number beside it are. */
export type MetricUnit = 'share' | 'seconds' | 'count';

/** What Sluice reads by itself, and in which unit. */
export const ownMetrics: Readonly<Record<string, MetricUnit>> = {
  requests: 'count',
  errors: 'count',
  answered: 'count',
  slow: 'count',
  latencyP95: 'seconds',
  unhealthyHosts: 'count',
  healthyHosts: 'count',
  cpu: 'share',
  memory: 'share',
};

/** Unit of what a gate reads, by the metric's name; `undefined` where nobody knows it. */
export function metricUnit(name: string, metrics: Readonly<Record<string, Metric>> = {}): MetricUnit | undefined {
  if (Object.hasOwn(ownMetrics, name)) return ownMetrics[name];
  const own = Object.hasOwn(metrics, name) ? metrics[name]?.unit : undefined;
  if (own === 'milliseconds') return 'seconds';
  return own === 'percent' ? 'share' : own;
}
