import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from '../../platform/client-settings.ts';
import { cloudWatchAlarms } from '../../metrics/cloudwatch/alarms.ts';

/** The alarms that specs name. */
export const alarms = cloudWatchAlarms(new CloudWatchClient(clientSettings));
