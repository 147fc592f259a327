import * as z from 'zod';
import type { SlotName } from '../../../drivers/layout/layout.ts';
import { quote } from '../../../specification/text/plain-text.ts';
import {
  type MetricDoubt,
  type MetricOfBoth,
  type Reading,
  reading,
  readingOf,
  type SlotWords,
  withWords,
} from '../../reading/reading.ts';

const nameExpected = 'expected the name of a CloudWatch metric or namespace, up to 255 characters';
const metricName = z
  .string(nameExpected)
  .regex(/^(?!:)[\x21-\x7e][\x20-\x7e]{0,254}$/, nameExpected)
  .meta({ kind: 'text', bounds: 'up to 255 characters' });

const statisticExpected =
  'expected a CloudWatch statistic: Sum, Average, Minimum, Maximum, SampleCount, a percentile such as p95, or one such as tm99 or PR(:2)';
const statistic = z
  .string(statisticExpected)
  .regex(
    /^(?:Sum|Average|Minimum|Maximum|SampleCount|IQM|(?:p|tm|wm|tc|ts)\d{1,2}(?:\.\d{1,10})?|p100|(?:PR|TM|WM|TC|TS)\([\d.]*%?:[\d.]*%?\))$/,
    statisticExpected,
  )
  .meta({ kind: 'text' });

const dimensionName = /^(?!:)[\x21-\x7e][\x20-\x7e]{0,254}$/;
const dimensions = z
  .record(z.string(), z.string('expected text').min(1, 'expected text').max(1024, 'expected at most 1024 characters'))
  .superRefine((written, context) => {
    for (const name of Object.keys(written)) {
      if (dimensionName.test(name)) continue;
      context.addIssue({ code: 'custom', path: [name], message: 'expected the name of a CloudWatch dimension' });
    }
    if (Object.keys(written).length > 30) context.addIssue('expected at most 30 dimensions');
  })
  .meta({ kind: 'map of text', bounds: 'up to 30' });

const series = {
  namespace: metricName.describe('Its CloudWatch namespace, such as `Shop` or `AWS/SQS`'),
  name: metricName.describe('Its name'),
  statistic: statistic.default('Sum').describe('How CloudWatch sums a period up'),
  dimensions: dimensions
    .default({})
    .describe(
      'Its dimensions. `{service}` stands for the ECS service of the slot, `{slot}` for `a` or `b`, `{cluster}` for the cluster, `{targetGroup}` and `{loadBalancer}` for what CloudWatch calls them',
    ),
  slots: z
    .strictObject({
      a: dimensions.describe('Dimensions of slot a'),
      b: dimensions.describe('Dimensions of slot b'),
    })
    .optional()
    .describe('Dimensions that differ between the slots, where a placeholder cannot say it'),
};

const published = z.strictObject({ ...series, ...reading }, 'expected a map with namespace, name and dimensions');

/** An identifier of an expression that starts in lower case is a series; functions are in upper case. */
const identifier = /(?<![A-Za-z0-9_])[a-z][a-zA-Z0-9_]*/g;

const computed = z
  .strictObject({
    expression: z
      .string('expected a metric math expression')
      .regex(
        /^[A-Za-z0-9_+\-*/^().,\s<>=!&|]{1,512}$/,
        'expected a metric math expression over the series of `of`, without quotes and SEARCH',
      )
      .meta({
        kind: 'text',
        bounds: 'up to 512 characters',
        description: 'Metric math over the series of `of`, evaluated by CloudWatch. The local AWS has none',
      }),
    of: z
      .record(z.string(), z.strictObject(series))
      .meta({ bounds: '1 to 10 series', description: 'The series that the expression names' }),
    ...reading,
  })
  .superRefine(({ expression, of }, context) => {
    const names = Object.keys(of);
    if (names.length === 0 || names.length > 10)
      context.addIssue({ code: 'custom', path: ['of'], message: 'expected 1 to 10 series' });
    for (const name of names) {
      if (/^[a-z][a-zA-Z0-9_]{0,39}$/.test(name)) continue;
      context.addIssue({ code: 'custom', path: ['of', name], message: 'expected a name that starts in lower case' });
    }
    const stranger = (expression.match(identifier) ?? []).find((word) => !names.includes(word));
    if (stranger !== undefined) {
      const message = `the expression names ${quote(stranger)}, expected one of the series of \`of\`: ${names.join(', ')}`;
      context.addIssue({ code: 'custom', path: ['expression'], message });
    }
    if (/\b(?:METRICS|SEARCH|LAMBDA)\b/.test(expression)) {
      const message = 'METRICS, SEARCH and LAMBDA reach beyond the series of `of`, expected only those series';
      context.addIssue({ code: 'custom', path: ['expression'], message });
    }
  });

/** What a spec may write to have CloudWatch read a metric. */
export const cloudWatchMetrics = [published, computed] as const;

export type CloudWatchMetric = z.output<typeof published> | z.output<typeof computed>;
/** One series of a metric as a spec names it. */
type Series = Pick<z.output<typeof published>, 'namespace' | 'name' | 'statistic' | 'dimensions' | 'slots'>;

/** One CloudWatch series of one slot. */
export interface SlotSeries {
  readonly namespace: string;
  readonly name: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** A metric of the team's as CloudWatch is asked for it for one slot. */
export interface CloudWatchSlotMetric extends Reading {
  readonly provider: 'cloudwatch';
  /** One series, or the series of an expression by name. */
  readonly series: Readonly<Record<string, SlotSeries>>;
  readonly expression: string | undefined;
}

/** Returns a metric for one of the slots: placeholders replaced. */
export function cloudWatchSlotMetric(metric: CloudWatchMetric, slot: SlotName, words: SlotWords): CloudWatchSlotMetric {
  const given = 'expression' in metric ? metric.of : { value: metric };
  return {
    provider: 'cloudwatch',
    series: Object.fromEntries(
      Object.entries(given).map(([key, one]): [string, SlotSeries] => [key, seriesOfSlot(one, slot, words)]),
    ),
    expression: 'expression' in metric ? metric.expression : undefined,
    ...readingOf(metric),
  };
}

function seriesOfSlot(
  { namespace, name, statistic, dimensions, slots }: Series,
  slot: SlotName,
  words: SlotWords,
): SlotSeries {
  const filled = Object.entries({ ...dimensions, ...slots?.[slot] }).map(([key, value]): [string, string] => [
    key,
    withWords(value, words),
  ]);
  return { namespace, name, statistic, dimensions: Object.fromEntries(filled) };
}

/** Services of AWS publish each minute; only a team's own metrics can have a higher resolution. */
const publishedEach = 60;

/** Says where a metric cannot tell green from blue, or has no datapoint in a period. */
export function cloudWatchDoubts({ name, a, b, period }: MetricOfBoth<CloudWatchSlotMetric>): readonly MetricDoubt[] {
  const doubts: MetricDoubt[] = [];
  if (JSON.stringify(a.series) === JSON.stringify(b.series)) {
    const message = `the dimensions of ${name} are the same for both slots, expected some that tell them apart, such as { Service: "{service}" }`;
    doubts.push({ severity: 'error', message });
  }
  const namespaces = Object.values(a.series).map(({ namespace }) => namespace);
  const ofAws = namespaces.find((namespace) => namespace.startsWith('AWS/'));
  if (ofAws !== undefined && period.seconds < publishedEach) {
    const message = `${ofAws} publishes each minute at most, but the period is ${period.shown}, expected 60s`;
    doubts.push({ severity: 'warning', message });
  }
  return doubts;
}
