import { taskHandler } from '../lib/runtime/task-handler.ts';
import { capacity } from '../lib/aws/world/capacity.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { store } from '../lib/aws/world/store.ts';
import { retireBlue } from '../lib/tasks/retire-blue.ts';
import { retirementInput } from '../lib/tasks/retired-blue.ts';

/** State `RetireBlue`: the former blue runs nothing any more. */
export const handler = taskHandler(retirementInput, (input) =>
  retireBlue(input, { store, runtime, capacity, router, now }),
);
