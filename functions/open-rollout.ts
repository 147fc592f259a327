import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { registry } from '../lib/aws/world/registry.ts';
import { rollbacks } from '../lib/aws/world/rollbacks.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { openRollout, openRolloutInput } from '../lib/tasks/open-rollout.ts';

/** State `OpenRollout`: a rollout with its lock and restore plan, or a rejection. */
export const handler = taskHandler(openRolloutInput, (input) =>
  openRollout(input, { store, rollbacks, router, runtime, registry, schedules, now }),
);
