import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { checkRollback, checkRollbackInput } from '../../lib/usecases/rollback/check-rollback.ts';

/** State `CheckRollback`: how far the rollback machine is. */
export const handler = taskHandler(checkRollbackInput, (input) => checkRollback(input, { store, now }));
