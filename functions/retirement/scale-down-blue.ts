import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { scaleDownBlue } from '../../lib/usecases/retirement/scale-down-blue.ts';
import { retirementInput } from '../../lib/usecases/retirement/retired-blue.ts';

/** State `ScaleDownBlue`: one task of the former blue is kept. */
export const handler = taskHandler(retirementInput, (input) =>
  scaleDownBlue(input, { store, runtime, capacity, router, now }),
);
