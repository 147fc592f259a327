import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { applicationAutoScalingCapacity } from '../drivers/slots/application-auto-scaling-capacity.ts';
import { cloudWatchFacts } from '../platform/cloudwatch-facts.ts';
import { databaseProbe } from '../platform/database-probe.ts';
import { ecrImageFacts } from '../platform/ecr-image-facts.ts';
import { ecsClusterFacts } from '../platform/ecs-cluster-facts.ts';
import { elbBalancerFacts } from '../drivers/slots/elb-balancer-facts.ts';
import { httpProbe } from '../platform/http-probe.ts';
import { logGroupFacts } from '../platform/log-group-facts.ts';
import { tlsFacts } from '../platform/tls-facts.ts';
import { vpcProbe } from '../platform/vpc-probe.ts';
import type { Part } from '../ports/world.ts';
import type { clientSettings } from './client-settings.ts';

type Settings = Omit<typeof clientSettings, never> & { readonly region?: string };

/** What checks read besides slots, rules and images, from this machine. Calls nothing yet. */
export function connectChecks(settings: Settings, stage: string): Part<'capacity' | 'probe' | 'facts'> {
  // A local AWS has nothing but addresses of this machine, and says so by `AWS_ENDPOINT_URL`.
  const isLocal = process.env['AWS_ENDPOINT_URL'] !== undefined;
  const outside = httpProbe({ isLocal });
  const lambda = new LambdaClient(settings);
  return {
    capacity: applicationAutoScalingCapacity(new ApplicationAutoScalingClient(settings)),
    probe: {
      get: (url, headers, timeoutSeconds, address) => outside.get(url, headers, timeoutSeconds, address),
      addressesOf: (host) => outside.addressesOf(host),
      inVpc: (vpcId) => vpcProbe(lambda, stage, vpcId, outside),
    },
    facts: {
      ...ecrImageFacts((region) => new ECRClient({ ...settings, ...(region && { region }) })),
      ...elbBalancerFacts(new ElasticLoadBalancingV2Client(settings)),
      ...tlsFacts({ isLocal }),
      ...cloudWatchFacts(new CloudWatchClient(settings)),
      ...logGroupFacts(new CloudWatchLogsClient(settings)),
      ...ecsClusterFacts(new ECSClient(settings)),
      ...databaseProbe(lambda, stage),
    },
  };
}
