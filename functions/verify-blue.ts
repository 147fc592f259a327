import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { verifyBlue } from '../lib/tasks/verify-blue.ts';
import { rollbackLookInput } from '../lib/tasks/rollback-look.ts';

/** State `VerifyBlue`: whether blue is healthy after a rollback. */
export const handler = taskHandler(rollbackLookInput, (input) => verifyBlue(input, { store, router, schedules, now }));
