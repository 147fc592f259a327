import * as z from 'zod';
import type { SlotName } from '../../../drivers/layout/layout.ts';
import {
  type MetricDoubt,
  type MetricOfBoth,
  type Reading,
  reading,
  readingOf,
  type SlotWords,
  withWords,
} from '../../reading/reading.ts';
import { queryDoubts } from './query-doubts.ts';
import type { PrometheusServer } from './server.ts';

const queryExpected = 'expected a PromQL query of up to 1000 characters';

const words = z
  .record(
    z.string().regex(/^[a-z][A-Za-z0-9_]{0,39}$/, 'expected a name that starts in lower case'),
    z
      .string('expected text')
      .regex(/^[^"'`\\\p{C}]{1,200}$/u, 'expected up to 200 characters without quotes and backslashes'),
  )
  .meta({ kind: 'map of text' });

const queried = z.strictObject({
  query: z
    .string(queryExpected)
    .min(1, queryExpected)
    .max(1000, queryExpected)
    .regex(/^(?:[^\p{C}]|\n)*$/u, 'expected a query without control characters')
    .meta({
      kind: 'PromQL',
      bounds: 'up to 1000 characters',
      description:
        'Of Prometheus: gives one number for one slot and one period. `{service}`, `{slot}`, `{cluster}`, `{targetGroup}` and `{loadBalancer}` stand for what the slot is called, `{period}` for the period. See [Prometheus](metrics.md)',
    }),
  words: z
    .strictObject({ a: words.describe('Words of slot a'), b: words.describe('Words of slot b') })
    .optional()
    .describe('More placeholders of `query`, for what differs between the slots'),
  ...reading,
});

/** What a spec may write to have Prometheus read a metric. */
export const prometheusMetrics = [queried] as const;

export type PrometheusMetric = z.output<typeof queried>;

/** A metric of the team's as Prometheus is asked for it for one slot. */
export interface PrometheusSlotMetric extends Reading {
  readonly provider: 'prometheus';
  /** PromQL, placeholders replaced. */
  readonly query: string;
  /** Whether it counts: floating-point noise of sums is taken off. */
  readonly isCount: boolean;
  /** Absent where the spec names none. */
  readonly server: PrometheusServer | undefined;
  /** Where a workspace is whose region the spec does not name. */
  readonly region: string;
}

/** Returns a metric for one of the slots: placeholders replaced. */
export function prometheusSlotMetric(
  metric: PrometheusMetric,
  slot: SlotName,
  place: {
    readonly words: SlotWords;
    readonly server: PrometheusServer | undefined;
    readonly region: string;
    readonly period: number;
  },
): PrometheusSlotMetric {
  return {
    provider: 'prometheus',
    query: withWords(metric.query, { ...place.words, period: `${place.period}s`, ...metric.words?.[slot] }),
    isCount: metric.unit === 'count',
    server: place.server,
    region: place.region,
    ...readingOf(metric),
  };
}

/** Says where a metric cannot be asked for, cannot tell green from blue, or is no number of one period. */
export function prometheusDoubts({ name, a, b, period }: MetricOfBoth<PrometheusSlotMetric>): readonly MetricDoubt[] {
  const doubts: MetricDoubt[] = [];
  if (a.server === undefined) {
    const message = `${name} is a query, but the spec names no server, expected \`prometheus\` with url or workspace`;
    doubts.push({ severity: 'error', message });
  }
  if (a.query === b.query) {
    const message = `the query of ${name} is the same for both slots, expected one that tells them apart, such as up{service="{service}"}`;
    doubts.push({ severity: 'error', message });
  }
  return [...doubts, ...queryDoubts(name, a.query, a.isCount, period)];
}
