import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { cloudWatchMetricSource } from '../../metrics/cloudwatch/metric-source.ts';
import { httpPost } from '../../metrics/prometheus/http-post.ts';
import { prometheusMetricSource } from '../../metrics/prometheus/metric-source.ts';
import { metricsOfAll } from '../../metrics/registry.ts';
import type { MetricSource } from '../../metrics/source.ts';
import type { Secrets } from '../../channels/secrets.ts';

/** What the sources of providers are made of. */
export interface MetricClients {
  readonly cloudWatch: CloudWatchClient;
  readonly secrets: Secrets;
  /** Where Prometheus is on a local stack, which alone has it. */
  readonly prometheusOrigin: string | undefined;
}

/** What the gates of a spec may read: of the load balancer, and the team's own metrics of every provider. Calls nothing yet. */
export function metricSources({ cloudWatch, secrets, prometheusOrigin: origin }: MetricClients): MetricSource {
  return metricsOfAll({
    cloudwatch: cloudWatchMetricSource(cloudWatch),
    prometheus: prometheusMetricSource({
      post: httpPost({ isLocal: origin !== undefined }),
      secrets,
      signing: cloudWatch.config,
      origin,
    }),
  });
}
