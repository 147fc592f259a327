import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { stepBack, stepBackInput } from '../../lib/usecases/rollback/step-back.ts';

/** State `StepBack`: green keeps a smaller weight while blue warms up. */
export const handler = taskHandler(stepBackInput, (input) => stepBack(input, { store, router, schedules, now }));
