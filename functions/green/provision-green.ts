import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { provisionGreen } from '../../lib/usecases/green/provision-green.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';

/** State `ProvisionGreen`: deploys the pinned image to the green slot. */
export const handler = taskHandler(ownedInput, (input) => provisionGreen(input, { store, runtime, schedules, now }));
