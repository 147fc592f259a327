import { taskHandler } from '../lib/runtime/task-handler.ts';
import { alarms } from '../lib/aws/world/alarms.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { trail } from '../lib/aws/world/trail.ts';
import { shiftTraffic, shiftTrafficInput } from '../lib/tasks/shift-traffic.ts';

/** State `ShiftTraffic`: green's weight, set and read back. */
export const handler = taskHandler(shiftTrafficInput, (input) =>
  shiftTraffic(input, { store, router, runtime, alarms, trail, schedules, now, sleep }),
);
