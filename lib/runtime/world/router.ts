import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { clientSettings } from '../../platform/client-settings.ts';
import { elbTrafficRouter } from '../../drivers/slots/elb-traffic-router.ts';

/** Listener rules of the account's load balancers. */
export const router = elbTrafficRouter(new ElasticLoadBalancingV2Client(clientSettings));
