import { taskHandler } from '../lib/runtime/task-handler.ts';
import { capacity } from '../lib/aws/world/capacity.ts';
import { now } from '../lib/aws/world/clock.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';
import { pinCapacity } from '../lib/tasks/pin-capacity.ts';

/** State `PinCapacity`: what scales the slots is written down and held. */
export const handler = taskHandler(ownedInput, (input) =>
  pinCapacity(input, { store, runtime, capacity, schedules, now }),
);
