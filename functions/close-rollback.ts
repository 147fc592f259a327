import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { closeRollback } from '../lib/tasks/close-rollback.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';

/** State `CloseRollback`: ends a rollout that was rolled back. */
export const handler = taskHandler(ownedInput, (input) => closeRollback(input, { store, schedules, now }));
