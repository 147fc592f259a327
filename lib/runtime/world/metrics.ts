import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { clientSettings } from '../../aws/client-settings.ts';
import { cloudWatchMetricSource } from '../../aws/cloudwatch-metric-source.ts';

/** What the load balancer publishes. */
export const metrics = cloudWatchMetricSource(new CloudWatchClient(clientSettings));
