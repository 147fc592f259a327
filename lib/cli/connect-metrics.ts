import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { MetricSource } from '../metrics/source.ts';
import { awsSecrets } from '../platform/aws-secrets.ts';
import { metricSources } from '../runtime/world/metric-sources.ts';
import type { StackOptions } from './cli-context.ts';
import { clientSettings } from './client-settings.ts';

/** What gates read, with the rights of the caller. Calls nothing yet. */
export function connectMetrics({ region }: Pick<StackOptions, 'region'>): MetricSource {
  const settings = { ...clientSettings, ...(region === undefined ? {} : { region }) };
  return metricSources({
    cloudWatch: new CloudWatchClient(settings),
    secrets: awsSecrets(new SSMClient(settings), new SecretsManagerClient(settings), () => new Date()),
    prometheusOrigin: undefined,
  });
}
