import { taskHandler } from '../lib/runtime/task-handler.ts';
import { capacity } from '../lib/aws/world/capacity.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { finishRollout } from '../lib/tasks/finish-rollout.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';

/** State `FinishRollout`: ends a rollout whose last watch has passed. */
export const handler = taskHandler(ownedInput, (input) =>
  finishRollout(input, { store, router, runtime, capacity, schedules, now, sleep }),
);
