import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { declareEmergency, declareEmergencyInput } from '../lib/tasks/declare-emergency.ts';

/** State `DeclareEmergency`: traffic could not be put back, and everybody hears it. */
export const handler = taskHandler(declareEmergencyInput, (input) =>
  declareEmergency(input, { store, router, schedules, now }),
);
