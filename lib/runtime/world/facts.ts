import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { clientSettings } from '../../platform/client-settings.ts';
import { cloudWatchFacts } from '../../platform/cloudwatch-facts.ts';
import { databaseProbe } from '../../platform/database-probe.ts';
import { ecrImageFacts } from '../../platform/ecr-image-facts.ts';
import { ecsClusterFacts } from '../../platform/ecs-cluster-facts.ts';
import { elbBalancerFacts } from '../../drivers/slots/elb-balancer-facts.ts';
import { setting } from '../../platform/environment.ts';
import { logGroupFacts } from '../../platform/log-group-facts.ts';
import { tlsFacts } from '../../platform/tls-facts.ts';
import type { ServiceFacts } from '../../ports/service-facts.ts';

/** What checks read of the account's services. */
export const facts: ServiceFacts = {
  ...ecrImageFacts((region) => new ECRClient({ ...clientSettings, ...(region && { region }) })),
  ...elbBalancerFacts(new ElasticLoadBalancingV2Client(clientSettings)),
  ...tlsFacts({ isLocal: process.env['AWS_ENDPOINT_URL'] !== undefined }),
  ...cloudWatchFacts(new CloudWatchClient(clientSettings)),
  ...logGroupFacts(new CloudWatchLogsClient(clientSettings)),
  ...ecsClusterFacts(new ECSClient(clientSettings)),
  // One call, which fails while the check that waits for it can still say so.
  ...databaseProbe(new LambdaClient({ ...clientSettings, maxAttempts: 1 }), setting('STAGE')),
};
