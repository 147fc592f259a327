import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { oneOffTasks } from '../../lib/runtime/world/one-off-tasks.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { removeGreen, removeGreenInput } from '../../lib/usecases/rollback/remove-green.ts';

/** State `RemoveGreen`: scales green to zero. */
export const handler = taskHandler(removeGreenInput, (input) =>
  removeGreen(input, { store, router, runtime, oneOffTasks, now }),
);
