import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from '../../platform/client-settings.ts';
import { cloudWatchMetricSource } from '../../metrics/cloudwatch/metric-source.ts';

/** What the load balancer publishes. */
export const metrics = cloudWatchMetricSource(new CloudWatchClient(clientSettings));
