import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';
import { restoreStickiness } from '../lib/tasks/restore-stickiness.ts';

/** State `RestoreStickiness`: the rules get their group stickiness back once it has lapsed. */
export const handler = taskHandler(ownedInput, (input) => restoreStickiness(input, { store, router, schedules, now }));
