import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { sizeGreen, sizeGreenInput } from '../../lib/usecases/green/size-green.ts';

/** State `SizeGreen`: green's tasks for the step to come. */
export const handler = taskHandler(sizeGreenInput, (input) =>
  sizeGreen(input, { store, router, runtime, schedules, now, sleep }),
);
