import { ECSClient } from '@aws-sdk/client-ecs';
import { clientSettings } from '../client-settings.ts';
import { ecsSlotRuntime } from '../ecs-slot-runtime.ts';

/** The slots, as ECS services. */
export const runtime = ecsSlotRuntime(new ECSClient(clientSettings));
