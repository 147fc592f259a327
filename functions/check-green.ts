import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { checkGreen } from '../lib/tasks/check-green.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';

/** State `CheckGreen`: whether green is ready. */
export const handler = taskHandler(ownedInput, (input) =>
  checkGreen(input, { store, runtime, router, schedules, now, sleep }),
);
