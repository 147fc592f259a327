import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, jest, test } from '@jest/globals';
import * as YAML from 'yaml';
import * as z from 'zod';
import { emfMeasures } from '../../lib/platform/emf-measures.ts';
import type { Measure } from '../../lib/ports/measures.ts';
import { logger } from '../../lib/platform/logger.ts';

const projectRoot = path.resolve(import.meta.dirname, '../..');

const emfLine = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.tuple([
      z.object({
        Namespace: z.string(),
        Dimensions: z.tuple([z.array(z.string())]),
        Metrics: z.tuple([z.object({ Name: z.string(), Unit: z.string() })]),
      }),
    ]),
  }),
});

const now = new Date().toISOString();
/** One of each that there is; the compiler asks for each name. */
const oneOfEach: Readonly<Record<Measure['name'], Measure>> = {
  Rollouts: { name: 'Rollouts', unit: 'Count', value: 1, at: now, by: { outcome: 'succeeded' } },
  PhaseSeconds: { name: 'PhaseSeconds', unit: 'Seconds', value: 61.5, at: now, by: { phase: 'baking' } },
  GateEvaluations: { name: 'GateEvaluations', unit: 'Count', value: 3, at: now, by: { verdict: 'pass' } },
  VerdictDelaySeconds: { name: 'VerdictDelaySeconds', unit: 'Seconds', value: 180, at: now, by: {} },
};

afterEach(() => {
  jest.restoreAllMocks();
});

/** What is written to the log, which CloudWatch reads. */
function logged(measures: readonly Measure[]): readonly z.output<typeof emfLine>[] {
  const lines: string[] = [];
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
    lines.push(String(line));
    return true;
  });
  emfMeasures('production').add('web', measures);
  stdout.mockRestore();
  return lines.map((line) => emfLine.parse(JSON.parse(line)));
}

/** Namespace with dimensions, and metric, of each search on the dashboard. */
function searches(): readonly {
  readonly schema: readonly string[];
  readonly metric: string;
  readonly terms: string;
}[] {
  const text = readFileSync(path.join(projectRoot, 'serverless/observability.yml'), 'utf8');
  // The tags of CloudFormation are not known here; what they hold is read all the same.
  const observability: unknown = YAML.parse(text, { merge: true, logLevel: 'silent' });
  const dashboard = z
    .looseObject({
      Resources: z.looseObject({
        Dashboard: z.object({ Properties: z.looseObject({ DashboardBody: z.tuple([z.string(), z.unknown()]) }) }),
      }),
    })
    .parse(observability).Resources.Dashboard;
  const [body] = dashboard.Properties.DashboardBody;
  const found = [...body.matchAll(/SEARCH\('\{([^}]+)\} MetricName=\\"(\w+)\\"([^']*)'/g)];
  return found.map(([, schema = '', metric = '', terms = '']) => ({ schema: schema.split(','), metric, terms }));
}

describe('measures in the log', () => {
  test.each(Object.values(oneOfEach))('$name can be told apart by service and what it counts', (measure) => {
    const [line, ...others] = logged([measure]);

    expect(others).toEqual([]);
    expect(line).toMatchObject({
      service: 'sluice',
      stage: 'production',
      rolloutService: 'web',
      ...measure.by,
      [measure.name]: measure.value,
      _aws: { Timestamp: Date.parse(now), CloudWatchMetrics: [{ Namespace: 'Sluice' }] },
    });
    expect(line?._aws.CloudWatchMetrics[0].Metrics).toEqual([{ Name: measure.name, Unit: measure.unit }]);
  });

  test('a number that cannot be taken does not keep the others', () => {
    const warned = jest.spyOn(logger, 'warn').mockReturnValue();
    const lines = logged([{ ...oneOfEach.PhaseSeconds, value: Number.NaN }, oneOfEach.VerdictDelaySeconds]);

    expect(lines.map(({ _aws }) => _aws.CloudWatchMetrics[0].Metrics[0].Name)).toEqual(['VerdictDelaySeconds']);
    expect(warned).toHaveBeenCalledWith(
      'a measure was not taken',
      expect.objectContaining({ measure: 'PhaseSeconds' }),
    );
  });
});

describe('the dashboard', () => {
  test('searches for each metric, by just the dimensions that it is written with', () => {
    const written = logged(Object.values(oneOfEach)).map(({ _aws: { CloudWatchMetrics } }) => {
      const [{ Namespace, Dimensions, Metrics }] = CloudWatchMetrics;
      return { metric: Metrics[0].Name, schema: [Namespace, ...Dimensions[0]].sort() };
    });
    const searched = searches().map(({ metric, schema }) => ({ metric, schema: schema.toSorted() }));

    const inOrder = (list: readonly { readonly metric: string }[]) =>
      list.toSorted((left, right) => left.metric.localeCompare(right.metric));
    expect(inOrder(searched)).toEqual(inOrder(written));
  });

  test('searches in its own stage alone', () => {
    expect(searches().length).toBeGreaterThan(0);
    expect(searches().filter(({ terms }) => !terms.includes('stage=\\"${Stage}\\"'))).toEqual([]);
  });
});
