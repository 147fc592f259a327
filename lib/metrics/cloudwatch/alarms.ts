import { type CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { Alarms } from '../alarms.ts';

/** CloudWatch alarms, in one call: a spec names at most 20, and a call takes 100. Without data an alarm does not ring. */
export function cloudWatchAlarms(client: CloudWatchClient): Alarms {
  return {
    async read(names) {
      const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(
        new DescribeAlarmsCommand({ AlarmNames: [...names], AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }),
      );
      return [...MetricAlarms, ...CompositeAlarms].map(({ AlarmName = '', StateValue, StateReason = '' }) => ({
        name: AlarmName,
        isRinging: StateValue === 'ALARM',
        reason: StateReason,
      }));
    },
  };
}
