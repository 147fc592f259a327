import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { declareEmergency, declareEmergencyInput } from '../../lib/usecases/rollback/declare-emergency.ts';

/** State `DeclareEmergency`: traffic could not be put back, and everybody hears it. */
export const handler = taskHandler(declareEmergencyInput, (input) =>
  declareEmergency(input, { store, router, schedules, now }),
);
