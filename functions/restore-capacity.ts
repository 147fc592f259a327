import { taskHandler } from '../lib/runtime/task-handler.ts';
import { capacity } from '../lib/aws/world/capacity.ts';
import { now } from '../lib/aws/world/clock.ts';
import { store } from '../lib/aws/world/store.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';
import { restoreCapacity } from '../lib/tasks/restore-capacity.ts';

/** State `RestoreCapacity`: blue scales as before, green is parked. */
export const handler = taskHandler(ownedInput, (input) => restoreCapacity(input, { store, capacity, now }));
