import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { store } from '../lib/aws/world/store.ts';
import { removeGreen, removeGreenInput } from '../lib/tasks/remove-green.ts';

/** State `RemoveGreen`: scales green to zero. */
export const handler = taskHandler(removeGreenInput, (input) => removeGreen(input, { store, router, runtime, now }));
