import { taskHandler } from '../lib/runtime/task-handler.ts';
import { router } from '../lib/aws/world/router.ts';
import { store } from '../lib/aws/world/store.ts';
import { restoreTraffic, restoreTrafficInput } from '../lib/tasks/restore-traffic.ts';

/** State `RestoreByFunction`: the second way to put one rule back. */
export const handler = taskHandler(restoreTrafficInput, (input) => restoreTraffic(input, { store, router }));
