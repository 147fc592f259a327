import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { ecsSlotRuntime } from '../../drivers/slots/ecs-slot-runtime.ts';
import { ecsStoppedTasks } from '../../drivers/slots/ecs-stopped-tasks.ts';
import { elbTrafficRouter } from '../../drivers/slots/elb-traffic-router.ts';
import { clientSettings } from '../../platform/client-settings.ts';
import type { SlotReaders } from '../../view/live-sides.ts';

const ecs = new ECSClient(clientSettings);

/** What a page reads of both slots. */
export const sides: SlotReaders = {
  runtime: ecsSlotRuntime(ecs),
  router: elbTrafficRouter(new ElasticLoadBalancingV2Client(clientSettings)),
  tasks: ecsStoppedTasks(ecs),
};
