import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { withServiceDeployments } from '../drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../drivers/ecs-native/ecs-service-deployments.ts';
import { ecsSlotRuntime } from '../drivers/slots/ecs-slot-runtime.ts';
import { ecsStoppedTasks } from '../drivers/slots/ecs-stopped-tasks.ts';
import { elbTrafficRouter } from '../drivers/slots/elb-traffic-router.ts';
import type { StoppedTasks } from '../drivers/stopped-tasks.ts';
import type { Part } from '../ports/world.ts';
import type { StackSettings } from './client-settings.ts';

/** Tasks and targets of services, by ECS and the load balancers. Calls nothing yet. */
export function connectSlots(settings: StackSettings): Part<'router' | 'runtime'> & { readonly tasks: StoppedTasks } {
  const ecs = new ECSClient(settings);
  return {
    router: elbTrafficRouter(new ElasticLoadBalancingV2Client(settings)),
    runtime: withServiceDeployments(ecsSlotRuntime(ecs), ecsServiceDeployments(ecs)),
    tasks: ecsStoppedTasks(ecs),
  };
}
