import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';
import { restoreCapacity } from '../../lib/usecases/rollback/restore-capacity.ts';

/** State `RestoreCapacity`: blue scales as before, green is parked. */
export const handler = taskHandler(ownedInput, (input) => restoreCapacity(input, { store, capacity, now }));
