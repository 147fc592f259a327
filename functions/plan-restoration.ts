import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { planRestoration, planRestorationInput } from '../lib/tasks/plan-restoration.ts';

/** State `PlanRestoration`: what the rollback machine writes, by the rules as they are now. */
export const handler = taskHandler(planRestorationInput, (input) =>
  planRestoration(input, { store, router, schedules, now }),
);
