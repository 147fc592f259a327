import { ECSClient } from '@aws-sdk/client-ecs';
import { ecsOneOffTasks } from '../../drivers/slots/ecs-one-off-tasks.ts';
import { clientSettings } from '../../platform/client-settings.ts';

/** Tasks before traffic, in ECS. */
export const oneOffTasks = ecsOneOffTasks(new ECSClient(clientSettings));
