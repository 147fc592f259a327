import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { stepBack, stepBackInput } from '../lib/tasks/step-back.ts';

/** State `StepBack`: green keeps a smaller weight while blue warms up. */
export const handler = taskHandler(stepBackInput, (input) => stepBack(input, { store, router, schedules, now }));
