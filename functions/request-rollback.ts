import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { store } from '../lib/aws/world/store.ts';
import { requestRollback, requestRollbackInput } from '../lib/tasks/request-rollback.ts';

/** State `RequestRollback`: records why the rollout cannot go on. */
export const handler = taskHandler(requestRollbackInput, (input) => requestRollback(input, { store, now }));
