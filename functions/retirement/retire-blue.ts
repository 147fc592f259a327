import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { templates } from '../../lib/runtime/world/templates.ts';
import { retireBlue } from '../../lib/usecases/retirement/retire-blue.ts';
import { retirementInput } from '../../lib/usecases/retirement/retired-blue.ts';

/** State `RetireBlue`: the former blue runs nothing any more. */
export const handler = taskHandler(retirementInput, (input) =>
  retireBlue(input, { store, runtime, capacity, router, templates, now }),
);
