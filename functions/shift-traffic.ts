import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/runtime/world/clock.ts';
import { router } from '../lib/runtime/world/router.ts';
import { store } from '../lib/runtime/world/store.ts';
import { shiftTraffic, shiftTrafficInput } from '../lib/tasks/shift-traffic.ts';

/** State `ShiftTraffic`: green's weight, set and read back. */
export const handler = taskHandler(shiftTrafficInput, (input) => shiftTraffic(input, { store, router, now }));
