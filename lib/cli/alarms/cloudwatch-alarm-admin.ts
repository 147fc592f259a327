import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  type MetricAlarm,
  paginateDescribeAlarms,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmAdmin, NotifyingAlarm } from './alarm-admin.ts';

/** DeleteAlarms takes so many. */
const mostDeleted = 100;
const period = 60;

/** The alarms of CloudWatch, by the caller's own rights. */
export function cloudWatchAlarmAdmin(client: CloudWatchClient): AlarmAdmin {
  return {
    async existing(prefix) {
      const found: NotifyingAlarm[] = [];
      const pages = paginateDescribeAlarms({ client }, { AlarmNamePrefix: prefix, AlarmTypes: ['MetricAlarm'] });
      for await (const { MetricAlarms = [] } of pages) found.push(...MetricAlarms.map((alarm) => read(alarm)));
      return found;
    },

    async put(alarm, tags) {
      const { name, description, queries, above, threshold, minutes, notifies } = alarm;
      const last = queries.at(-1)?.id;
      await client.send(
        new PutMetricAlarmCommand({
          AlarmName: name,
          AlarmDescription: description,
          ComparisonOperator: above ? 'GreaterThanThreshold' : 'LessThanThreshold',
          Threshold: threshold,
          EvaluationPeriods: minutes,
          DatapointsToAlarm: minutes,
          TreatMissingData: 'notBreaching',
          AlarmActions: [...notifies],
          OKActions: [...notifies],
          Metrics: queries.map(({ id, metric, expression }) => ({
            Id: id,
            ReturnData: id === last,
            ...(expression !== undefined && { Expression: expression }),
            ...(metric !== undefined && {
              MetricStat: {
                Metric: {
                  Namespace: metric.namespace,
                  MetricName: metric.name,
                  Dimensions: Object.entries(metric.dimensions).map(([Name, Value]) => ({ Name, Value })),
                },
                Period: period,
                Stat: metric.statistic,
              },
            }),
          })),
          Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
        }),
      );
    },

    async remove(names) {
      for (let at = 0; at < names.length; at += mostDeleted) {
        await client.send(new DeleteAlarmsCommand({ AlarmNames: names.slice(at, at + mostDeleted) }));
      }
    },
  };
}

function read(alarm: MetricAlarm): NotifyingAlarm {
  const { AlarmName = '', AlarmDescription = '', Metrics = [], AlarmActions = [] } = alarm;
  return {
    name: AlarmName,
    description: AlarmDescription,
    queries: Metrics.map(({ Id = '', Expression, MetricStat }) => ({
      id: Id,
      ...(Expression !== undefined && { expression: Expression }),
      ...(MetricStat !== undefined && {
        metric: {
          namespace: MetricStat.Metric?.Namespace ?? '',
          name: MetricStat.Metric?.MetricName ?? '',
          dimensions: Object.fromEntries(
            (MetricStat.Metric?.Dimensions ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
          ),
          statistic: MetricStat.Stat ?? '',
        },
      }),
    })),
    above: alarm.ComparisonOperator === 'GreaterThanThreshold',
    threshold: alarm.Threshold ?? 0,
    minutes: alarm.EvaluationPeriods ?? 0,
    notifies: AlarmActions,
  };
}
