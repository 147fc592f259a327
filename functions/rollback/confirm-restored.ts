import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { confirmRestored, confirmRestoredInput } from '../../lib/usecases/rollback/confirm-restored.ts';

/** State `ConfirmRestored`: reads the rules back and closes the header route. */
export const handler = taskHandler(confirmRestoredInput, (input) =>
  confirmRestored(input, { store, router, schedules, now }),
);
