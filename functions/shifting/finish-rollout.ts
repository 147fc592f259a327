import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { finishRollout, finishRolloutInput } from '../../lib/usecases/shifting/finish-rollout.ts';

/** State `FinishRollout`: ends a rollout whose last watch has passed. */
export const handler = taskHandler(finishRolloutInput, (input) =>
  finishRollout(input, { store, router, runtime, capacity, schedules, now, sleep }),
);
