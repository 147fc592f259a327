import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { withServiceDeployments } from '../../drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../drivers/ecs-native/ecs-service-deployments.ts';
import { ecsSlotRuntime } from '../../drivers/slots/ecs-slot-runtime.ts';
import { ecsStoppedTasks } from '../../drivers/slots/ecs-stopped-tasks.ts';
import { elbTrafficRouter } from '../../drivers/slots/elb-traffic-router.ts';
import { clientSettings } from '../../platform/client-settings.ts';
import type { SlotReaders } from '../../view/live-sides.ts';

const ecs = new ECSClient(clientSettings);

/** What a page reads of both slots. */
export const sides: SlotReaders = {
  runtime: withServiceDeployments(ecsSlotRuntime(ecs), ecsServiceDeployments(ecs)),
  router: elbTrafficRouter(new ElasticLoadBalancingV2Client(clientSettings)),
  tasks: ecsStoppedTasks(ecs),
};
