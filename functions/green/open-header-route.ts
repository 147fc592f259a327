import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { openHeaderRoute } from '../../lib/usecases/green/open-header-route.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';

/** State `OpenHeaderRoute`: the canary header leads to green. */
export const handler = taskHandler(ownedInput, (input) => openHeaderRoute(input, { store, router, schedules, now }));
