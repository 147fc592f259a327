import { taskHandler } from '../lib/runtime/task-handler.ts';
import { capacity } from '../lib/aws/world/capacity.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { closeRollback, closeRollbackInput } from '../lib/tasks/close-rollback.ts';

/** States `CloseRollback` and `CloseAsItIs`: end a rollback, completed or closed by a person. */
export const handler = taskHandler(closeRollbackInput, (input) =>
  closeRollback(input, { store, router, capacity, schedules, now }),
);
