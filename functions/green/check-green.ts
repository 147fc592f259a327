import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { checkGreen } from '../../lib/usecases/green/check-green.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';

/** State `CheckGreen`: whether green is ready. */
export const handler = taskHandler(ownedInput, (input) =>
  checkGreen(input, { store, runtime, router, schedules, now, sleep }),
);
