import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from '../client-settings.ts';
import { cloudWatchAlarms } from '../cloudwatch-alarms.ts';

/** The alarms that specs name. */
export const alarms = cloudWatchAlarms(new CloudWatchClient(clientSettings));
