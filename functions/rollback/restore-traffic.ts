import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { restoreTraffic, restoreTrafficInput } from '../../lib/usecases/rollback/restore-traffic.ts';

/** State `RestoreByFunction`: the second way to put one rule back. */
export const handler = taskHandler(restoreTrafficInput, (input) => restoreTraffic(input, { store, router }));
