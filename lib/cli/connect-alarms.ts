import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { AlarmAdmin } from './alarms/alarm-admin.ts';
import { cloudWatchAlarmAdmin } from './alarms/cloudwatch-alarm-admin.ts';
import type { StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';

/** The CloudWatch alarms of the account, with the rights of the caller. Calls nothing yet. */
export function connectAlarms({ region }: Pick<StackOptions, 'region'>): AlarmAdmin {
  return cloudWatchAlarmAdmin(new CloudWatchClient({ ...clientSettings, ...(region === undefined ? {} : { region }) }));
}
