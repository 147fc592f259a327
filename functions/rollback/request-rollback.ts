import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { requestRollback, requestRollbackInput } from '../../lib/usecases/rollback/request-rollback.ts';

/** State `RequestRollback`: records why the rollout cannot go on. */
export const handler = taskHandler(requestRollbackInput, (input) => requestRollback(input, { store, now }));
