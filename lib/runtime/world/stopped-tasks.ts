import { ECSClient } from '@aws-sdk/client-ecs';
import { ecsStoppedTasks } from '../../drivers/slots/ecs-stopped-tasks.ts';
import { clientSettings } from '../../platform/client-settings.ts';

/** Tasks of both sides that have stopped lately. */
export const stoppedTasks = ecsStoppedTasks(new ECSClient(clientSettings));
