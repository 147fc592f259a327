import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { awsSecrets } from '../../platform/aws-secrets.ts';
import { clientSettings } from '../../platform/client-settings.ts';
import { now } from './clock.ts';
import { metricSources } from './metric-sources.ts';

/** What the gates of a spec may read, with the rights of the function. */
export const metrics = metricSources({
  cloudWatch: new CloudWatchClient(clientSettings),
  secrets: awsSecrets(new SSMClient(clientSettings), new SecretsManagerClient(clientSettings), now),
  prometheusOrigin: process.env['SLUICE_PROMETHEUS_ORIGIN'],
});
