import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SSMClient } from '@aws-sdk/client-ssm';
import { cloudWatchMetricSource } from '../../metrics/cloudwatch/metric-source.ts';
import { httpPost } from '../../metrics/prometheus/http-post.ts';
import { prometheusMetricSource } from '../../metrics/prometheus/metric-source.ts';
import { metricsOfAll } from '../../metrics/registry.ts';
import { awsSecrets } from '../../platform/aws-secrets.ts';
import { clientSettings } from '../../platform/client-settings.ts';
import { now } from './clock.ts';

const cloudWatch = new CloudWatchClient(clientSettings);
/** Where Prometheus is on a local stack, which alone has it. */
const origin = process.env['SLUICE_PROMETHEUS_ORIGIN'];

/** What the gates of a spec may read: of the load balancer, and the team's own metrics of every provider. */
export const metrics = metricsOfAll({
  cloudwatch: cloudWatchMetricSource(cloudWatch),
  prometheus: prometheusMetricSource({
    post: httpPost({ isLocal: origin !== undefined }),
    secrets: awsSecrets(new SSMClient(clientSettings), new SecretsManagerClient(clientSettings), now),
    signing: cloudWatch.config,
    origin,
  }),
});
