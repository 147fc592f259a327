import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { emergencyInput } from '../../lib/usecases/emergency/emergency-input.ts';
import { raiseCapacity } from '../../lib/usecases/emergency/raise-capacity.ts';

/** State `RaiseCapacity`: tasks for the sides that users are sent to, new ones where none is healthy. */
export const handler = taskHandler(emergencyInput, (input) =>
  raiseCapacity(input, { emergencies, store, router, runtime, capacity, now }),
);
