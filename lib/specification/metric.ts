import * as z from 'zod';
import { quote } from './text/plain-text.ts';

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

const reading = {
  unit: z
    .enum(['count', 'seconds', 'milliseconds', 'percent', 'share'])
    .default('count')
    .describe('What its numbers are. Limits are written as counts, durations (`2s`) or percentages (`95%`)'),
  missing: z
    .enum(['no-data', 'zero'])
    .default('no-data')
    .describe(
      'What a missing datapoint means while the slot had requests: nothing is known, or nothing happened. Without requests it is never zero',
    ),
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

const metric = z.union([published, computed], 'expected either `namespace` and `name`, or `expression` and `of`');

/** The team's own metrics, by the name that gates use. */
export const metrics = z.record(z.string(), metric).superRefine((written, context) => {
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

export type Metric = z.output<typeof metric>;
type Published = z.output<typeof published>;
/** One series of a metric as a spec names it. */
export type Series = Pick<Published, 'namespace' | 'name' | 'statistic' | 'dimensions' | 'slots'>;

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
