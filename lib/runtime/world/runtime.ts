import { ECSClient } from '@aws-sdk/client-ecs';
import { clientSettings } from '../../platform/client-settings.ts';
import { ecsSlotRuntime } from '../../drivers/slots/ecs-slot-runtime.ts';

/** The slots, as ECS services. */
export const runtime = ecsSlotRuntime(new ECSClient(clientSettings));
