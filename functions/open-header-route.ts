import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { openHeaderRoute } from '../lib/tasks/open-header-route.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';

/** State `OpenHeaderRoute`: the canary header leads to green. */
export const handler = taskHandler(ownedInput, (input) => openHeaderRoute(input, { store, router, schedules, now }));
