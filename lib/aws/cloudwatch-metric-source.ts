import { type CloudWatchClient, GetMetricDataCommand, type MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import type { MetricQuestion, MetricRow, MetricSource } from '../ports/metric-source.ts';
import { type AlbSeries, albSeriesFor, datapointOf, type RawPoint } from './alb-datapoint.ts';

const sides = ['blue', 'green'] as const;

/**
 * Metrics of both slots from CloudWatch: one GetMetricData call (and its further pages) a question, raw series only, as the
 * sums and differences are computed in `alb-datapoint.ts`.
 */
export function cloudWatchMetricSource(client: CloudWatchClient): MetricSource {
  return {
    async read(question) {
      const series = albSeriesFor(question.metrics, question.slow);
      const queries = sides.flatMap((side) => series.map((one) => toQuery(side, one, question)));
      const values = await fetchAll(client, queries, question);
      return rowsOf(values, series, question);
    },
  };
}

type Side = (typeof sides)[number];
/** Value by query id and by start of the period in seconds. */
type Values = ReadonlyMap<string, ReadonlyMap<number, number>>;

function queryId(side: Side, series: AlbSeries): string {
  return `${side}_${series.id}`;
}

function toQuery(side: Side, series: AlbSeries, question: MetricQuestion): MetricDataQuery {
  const targetGroup = side === 'blue' ? question.blueTargetGroup : question.greenTargetGroup;
  return {
    Id: queryId(side, series),
    MetricStat: {
      Metric: {
        Namespace: series.namespace ?? 'AWS/ApplicationELB',
        MetricName: series.metricName,
        Dimensions: [
          { Name: 'TargetGroup', Value: targetGroup.slice(targetGroup.lastIndexOf(':') + 1) },
          { Name: 'LoadBalancer', Value: loadBalancerDimension(question.routingArn) },
        ],
      },
      Period: question.period,
      Stat: series.stat,
    },
    ReturnData: true,
  };
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
        throw new Error(`CloudWatch could not answer for ${Id}: ${StatusCode} ${said}`.trim());
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

function rowsOf(values: Values, series: readonly AlbSeries[], question: MetricQuestion): readonly MetricRow[] {
  const rows: MetricRow[] = [];
  const raw = (side: Side, at: number): RawPoint =>
    Object.fromEntries(
      series.flatMap((one) => {
        const value = values.get(queryId(side, one))?.get(at);
        return value === undefined ? [] : [[one.id, value]];
      }),
    );
  const seen = [...values.values()].flatMap((bySecond) => [...bySecond.keys()]).filter((at) => at < question.to);
  for (const at of [...new Set(seen)].sort((left, right) => left - right)) {
    const next = at + question.period;
    rows.push({
      at,
      blue: datapointOf(raw('blue', at), raw('blue', next), question.metrics),
      green: datapointOf(raw('green', at), raw('green', next), question.metrics),
    });
  }
  return rows;
}
