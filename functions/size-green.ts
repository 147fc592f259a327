import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { sizeGreen, sizeGreenInput } from '../lib/tasks/size-green.ts';

/** State `SizeGreen`: green's tasks for the step to come. */
export const handler = taskHandler(sizeGreenInput, (input) =>
  sizeGreen(input, { store, router, runtime, schedules, now, sleep }),
);
