import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { delayRollout, delayRolloutInput } from '../lib/tasks/delay-rollout.ts';

/** State `DelayRollout`: whether the work that could not be done is tried again, and where. */
export const handler = taskHandler(delayRolloutInput, (input) => delayRollout(input, { store, schedules, now }));
