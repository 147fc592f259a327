import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';
import { restoreStickiness } from '../../lib/usecases/rollback/restore-stickiness.ts';

/** State `RestoreStickiness`: the rules get their group stickiness back once it has lapsed. */
export const handler = taskHandler(ownedInput, (input) => restoreStickiness(input, { store, router, schedules, now }));
