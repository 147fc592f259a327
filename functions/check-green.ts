import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/runtime/world/clock.ts';
import { router } from '../lib/runtime/world/router.ts';
import { runtime } from '../lib/runtime/world/runtime.ts';
import { store } from '../lib/runtime/world/store.ts';
import { checkGreen } from '../lib/tasks/check-green.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';

/** State `CheckGreen`: whether green is ready. */
export const handler = taskHandler(ownedInput, (input) => checkGreen(input, { store, runtime, router, now }));
