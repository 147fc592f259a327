import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbTrafficRouter } from '../drivers/slots/elb-traffic-router.ts';
import type { TrafficRouter } from '../drivers/traffic-router.ts';
import type { StackOptions } from './cli-context.ts';

/** The account's load balancers, with the SDK's own chain for credentials, region and endpoints. */
export function connectBalancer({ region }: StackOptions): Pick<TrafficRouter, 'read' | 'write'> {
  return elbTrafficRouter(
    new ElasticLoadBalancingV2Client({
      maxAttempts: 5,
      requestHandler: {
        connectionTimeout: 2_000,
        requestTimeout: 5_000,
        throwOnRequestTimeout: true,
        socketTimeout: 5_000,
      },
      ...(region === undefined ? {} : { region }),
    }),
  );
}
