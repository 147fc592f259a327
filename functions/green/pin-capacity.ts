import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';
import { pinCapacity } from '../../lib/usecases/green/pin-capacity.ts';

/** State `PinCapacity`: what scales the slots is written down and held. */
export const handler = taskHandler(ownedInput, (input) =>
  pinCapacity(input, { store, runtime, capacity, schedules, now }),
);
