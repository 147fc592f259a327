import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { planRestoration, planRestorationInput } from '../../lib/usecases/rollback/plan-restoration.ts';

/** State `PlanRestoration`: what the rollback machine writes, by the rules as they are now. */
export const handler = taskHandler(planRestorationInput, (input) =>
  planRestoration(input, { store, router, schedules, now }),
);
