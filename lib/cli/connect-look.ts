import { ApplicationAutoScalingClient } from '@aws-sdk/client-application-auto-scaling';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { awsServiceLook } from '../drivers/slots/aws-service-look.ts';
import type { ServiceLook } from '../drivers/service-look.ts';
import type { StackOptions } from './cli-context.ts';

/** The account's ECS and load balancers, with the SDK's own chain for credentials, region and endpoints. Calls nothing yet. */
export function connectLook({ region }: Pick<StackOptions, 'region'>): ServiceLook {
  const settings = {
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 10_000, throwOnRequestTimeout: true },
    ...(region === undefined ? {} : { region }),
  };
  return awsServiceLook(
    new ECSClient(settings),
    new ElasticLoadBalancingV2Client(settings),
    new ApplicationAutoScalingClient(settings),
  );
}
