import {
  type CloudWatchClient,
  type Dimension,
  GetMetricDataCommand,
  type MetricDataQuery,
} from '@aws-sdk/client-cloudwatch';
import type { Datapoint } from '../../analysis/datapoint.ts';
import type { MetricQuestion, MetricRow, MetricSource } from '../source.ts';
import { type AlbSeries, albSeriesFor, datapointOf, type RawPoint } from './alb-datapoint.ts';
import type { CloudWatchSlotMetric } from './shape/shape.ts';
import { customQueries, customValue } from './custom-metrics.ts';

const sides = ['blue', 'green'] as const;

/**
 * Metrics of both slots from CloudWatch: one GetMetricData call (and its further pages) a question, raw series only, as the
 * sums and differences are computed in `alb-datapoint.ts`.
 */
export function cloudWatchMetricSource(client: CloudWatchClient): MetricSource {
  return {
    async read(question) {
      const custom = ownMetricsIn(question);
      const own = question.metrics.filter((name) => question.custom?.[name] === undefined);
      const isZeroAssumed = custom.some(([, metric]) => metric.blue.zeroWhenMissing);
      const series = albSeriesFor(isZeroAssumed ? ['requests', ...own] : own, question.slow);
      const queries = sides.flatMap((side) => [
        ...series.map((one) => toQuery(side, one, question)),
        ...custom.flatMap(([name, metric]) => customQueries(customId(side, name), metric[side], question.period)),
      ]);
      const values = await fetchAll(client, queries, question);
      return rowsOf(values, series, custom, question);
    },
  };
}

type OwnMetric = readonly [string, Readonly<Record<Side, CloudWatchSlotMetric>>];

/** Those of the team's metrics that CloudWatch has. */
function ownMetricsIn({ custom = {} }: MetricQuestion): readonly OwnMetric[] {
  return Object.entries(custom).flatMap(([name, { blue, green }]): readonly OwnMetric[] =>
    blue.provider === 'cloudwatch' && green.provider === 'cloudwatch' ? [[name, { blue, green }]] : [],
  );
}

type Side = (typeof sides)[number];
/** Value by query id and by start of the period in seconds. */
type Values = ReadonlyMap<string, ReadonlyMap<number, number>>;

/** Apart from the ids of Sluice's own series, whatever the metric is called. */
function customId(side: Side, name: string): string {
  return `${side}_own_${name}`;
}

function queryId(side: Side, series: AlbSeries): string {
  return `${side}_${series.id}`;
}

function toQuery(side: Side, series: AlbSeries, question: MetricQuestion): MetricDataQuery {
  return {
    Id: queryId(side, series),
    MetricStat: {
      Metric: {
        Namespace: series.namespace ?? 'AWS/ApplicationELB',
        MetricName: series.metricName,
        Dimensions: dimensionsOf(side, series, question),
      },
      Period: question.period,
      Stat: series.stat,
    },
    ReturnData: true,
  };
}

function dimensionsOf(side: Side, series: AlbSeries, question: MetricQuestion): Dimension[] {
  if (series.of === 'ecsService') {
    const service = question.services?.[side];
    if (question.cluster === undefined || service === undefined)
      throw new Error(`${series.metricName} was asked for without the ECS service of ${side}.`);
    return [
      { Name: 'ClusterName', Value: question.cluster },
      { Name: 'ServiceName', Value: service },
    ];
  }
  const targetGroup = question.targetGroups[side];
  return [
    { Name: 'TargetGroup', Value: targetGroup.slice(targetGroup.lastIndexOf(':') + 1) },
    { Name: 'LoadBalancer', Value: loadBalancerDimension(question.routingArn) },
  ];
}

/** `app/<name>/<id>`, which stands in the ARN of every rule and listener. */
function loadBalancerDimension(routingArn: string): string {
  const match = /:listener(?:-rule)?\/(app\/[^/]+\/[0-9a-f]+)\//.exec(routingArn);
  if (match?.[1] === undefined)
    throw new Error(`${routingArn} is no listener or rule of an Application Load Balancer.`);
  return match[1];
}

async function fetchAll(
  client: CloudWatchClient,
  queries: MetricDataQuery[],
  question: MetricQuestion,
): Promise<Values> {
  const values = new Map(queries.map(({ Id }) => [Id ?? '', new Map<number, number>()]));
  let nextToken: string | undefined;
  do {
    const page = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: queries,
        StartTime: new Date(question.from * 1000),
        // One period more than asked for: it tells which requests were only in flight at the end of the last one.
        EndTime: new Date((question.to + question.period) * 1000),
        ScanBy: 'TimestampAscending',
        NextToken: nextToken,
      }),
    );
    for (const { Id = '', StatusCode, Timestamps = [], Values: found = [], Messages = [] } of page.MetricDataResults ??
      []) {
      if (StatusCode === 'InternalError' || StatusCode === 'Forbidden') {
        const said = Messages.map(({ Value }) => Value).join('; ');
        const isMath = queries.some((query) => query.Id === Id && query.Expression !== undefined);
        const hint = isMath ? ' (a metric math expression: the local AWS has none, publish the result there)' : '';
        throw new Error(`CloudWatch could not answer for ${Id}: ${StatusCode} ${said}${hint}`.trim());
      }
      Timestamps.forEach((at, index) => {
        const value = found[index];
        if (value !== undefined) values.get(Id)?.set(Math.floor(at.getTime() / 1000), value);
      });
    }
    nextToken = page.NextToken;
  } while (nextToken !== undefined && nextToken !== '');
  return values;
}

function rowsOf(
  values: Values,
  series: readonly AlbSeries[],
  ownMetrics: readonly OwnMetric[],
  question: MetricQuestion,
): readonly MetricRow[] {
  const rows: MetricRow[] = [];
  const raw = (side: Side, at: number): RawPoint =>
    Object.fromEntries(
      series.flatMap((one) => {
        const value = values.get(queryId(side, one))?.get(at);
        return value === undefined ? [] : [[one.id, value]];
      }),
    );
  const seen = [...values.values()].flatMap((bySecond) => [...bySecond.keys()]).filter((at) => at < question.to);
  const point = (side: Side, at: number): Datapoint => {
    const own = raw(side, at);
    const custom = ownMetrics.flatMap(([name, metric]): [string, number][] => {
      const value = customValue(metric[side], values.get(customId(side, name))?.get(at), own.requestCount);
      return value === undefined ? [] : [[name, value]];
    });
    return { ...datapointOf(own, raw(side, at + question.period), question.metrics), ...Object.fromEntries(custom) };
  };
  for (const at of [...new Set(seen)].sort((left, right) => left - right)) {
    rows.push({ at, blue: point('blue', at), green: point('green', at) });
  }
  return rows;
}
