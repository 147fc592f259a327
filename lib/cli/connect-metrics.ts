import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { cloudWatchMetricSource } from '../metrics/cloudwatch/metric-source.ts';
import { httpPost } from '../metrics/prometheus/http-post.ts';
import { prometheusMetricSource } from '../metrics/prometheus/metric-source.ts';
import { metricsOfAll } from '../metrics/registry.ts';
import type { MetricSource } from '../metrics/source.ts';
import { awsSecrets } from '../platform/aws-secrets.ts';
import type { StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';

/** What gates read, with the rights of the caller. Calls nothing yet. */
export function connectMetrics({ region }: Pick<StackOptions, 'region'>): MetricSource {
  const settings = { ...clientSettings, ...(region === undefined ? {} : { region }) };
  const cloudWatch = new CloudWatchClient(settings);
  return metricsOfAll({
    cloudwatch: cloudWatchMetricSource(cloudWatch),
    prometheus: prometheusMetricSource({
      post: httpPost({ isLocal: false }),
      secrets: awsSecrets(new SSMClient(settings), new SecretsManagerClient(settings), () => new Date()),
      signing: cloudWatch.config,
      origin: undefined,
    }),
  });
}
