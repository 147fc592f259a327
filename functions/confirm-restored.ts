import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { confirmRestored, confirmRestoredInput } from '../lib/tasks/confirm-restored.ts';

/** State `ConfirmRestored`: reads the rules back and closes the header route. */
export const handler = taskHandler(confirmRestoredInput, (input) =>
  confirmRestored(input, { store, router, schedules, now }),
);
