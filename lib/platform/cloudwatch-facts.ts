import { type CloudWatchClient, DescribeAlarmsCommand, GetDashboardCommand } from '@aws-sdk/client-cloudwatch';
import type { ServiceFacts } from '../ports/service-facts.ts';

/** DescribeAlarms takes so many names. */
const mostNames = 100;
/** By its shape in the SDK's model, or by its code on the wire. */
const notFound: readonly string[] = ['DashboardNotFoundError', 'ResourceNotFound'];

/** What checks read of alarms and dashboards. */
export function cloudWatchFacts(client: CloudWatchClient): Pick<ServiceFacts, 'alarms' | 'hasDashboard'> {
  return {
    async alarms(names) {
      const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
        new DescribeAlarmsCommand({
          AlarmNames: names.slice(0, mostNames),
          AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
          MaxRecords: mostNames,
        }),
      );
      return [...MetricAlarms, ...CompositeAlarms].map((alarm) => ({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'INSUFFICIENT_DATA',
        reason: alarm.StateReason ?? '',
        actions: alarm.ActionsEnabled === false ? 0 : (alarm.AlarmActions?.length ?? 0),
      }));
    },

    async hasDashboard(name) {
      try {
        await client.send(new GetDashboardCommand({ DashboardName: name }));
        return true;
      } catch (error) {
        if (error instanceof Error && notFound.includes(error.name)) return false;
        throw error;
      }
    },
  };
}
