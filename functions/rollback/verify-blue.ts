import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { verifyBlue } from '../../lib/usecases/rollback/verify-blue.ts';
import { rollbackEvaluationInput } from '../../lib/usecases/rollback/rollback-evaluation.ts';

/** State `VerifyBlue`: whether blue is healthy after a rollback. */
export const handler = taskHandler(rollbackEvaluationInput, (input) =>
  verifyBlue(input, { store, router, schedules, now }),
);
