import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { elbMaintenanceRules } from '../../drivers/slots/elb-maintenance-rules.ts';
import { clientSettings } from '../../platform/client-settings.ts';

/** Rules of the maintenance page on the account's load balancers. */
export const maintenanceRules = elbMaintenanceRules(new ElasticLoadBalancingV2Client(clientSettings));
