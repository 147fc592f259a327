import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { store } from '../lib/aws/world/store.ts';
import { checkRollback, checkRollbackInput } from '../lib/tasks/check-rollback.ts';

/** State `CheckRollback`: how far the rollback machine is. */
export const handler = taskHandler(checkRollbackInput, (input) => checkRollback(input, { store, now }));
