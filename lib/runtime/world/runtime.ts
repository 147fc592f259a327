import { ECSClient } from '@aws-sdk/client-ecs';
import { clientSettings } from '../../platform/client-settings.ts';
import { withServiceDeployments } from '../../drivers/ecs-native/ecs-native-runtime.ts';
import { ecsServiceDeployments } from '../../drivers/ecs-native/ecs-service-deployments.ts';
import { ecsSlotRuntime } from '../../drivers/slots/ecs-slot-runtime.ts';

const ecs = new ECSClient(clientSettings);

/** The slots, as ECS services or as versions in one. */
export const runtime = withServiceDeployments(ecsSlotRuntime(ecs), ecsServiceDeployments(ecs));
