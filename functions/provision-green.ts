import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { provisionGreen } from '../lib/tasks/provision-green.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';

/** State `ProvisionGreen`: deploys the pinned image to the green slot. */
export const handler = taskHandler(ownedInput, (input) => provisionGreen(input, { store, runtime, schedules, now }));
