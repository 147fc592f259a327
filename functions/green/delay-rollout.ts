import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { delayRollout, delayRolloutInput } from '../../lib/usecases/green/delay-rollout.ts';

/** State `DelayRollout`: whether the work that could not be done is tried again, and where. */
export const handler = taskHandler(delayRolloutInput, (input) => delayRollout(input, { store, schedules, now }));
