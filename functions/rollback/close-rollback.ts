import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { closeRollback, closeRollbackInput } from '../../lib/usecases/rollback/close-rollback.ts';

/** States `CloseRollback` and `CloseAsItIs`: end a rollback, completed or closed by a person. */
export const handler = taskHandler(closeRollbackInput, (input) =>
  closeRollback(input, { store, router, capacity, schedules, now }),
);
