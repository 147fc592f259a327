import { ECSClient } from '@aws-sdk/client-ecs';
import { clientSettings } from '../../aws/client-settings.ts';
import { ecsSlotRuntime } from '../../aws/ecs-slot-runtime.ts';

/** The slots, as ECS services. */
export const runtime = ecsSlotRuntime(new ECSClient(clientSettings));
