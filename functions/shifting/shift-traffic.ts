import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { alarms } from '../../lib/runtime/world/alarms.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { incidents } from '../../lib/runtime/world/incidents.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { trail } from '../../lib/runtime/world/trail.ts';
import { shiftTraffic, shiftTrafficInput } from '../../lib/usecases/shifting/shift-traffic.ts';

/** State `ShiftTraffic`: green's weight, set and read back. */
export const handler = taskHandler(shiftTrafficInput, (input) =>
  shiftTraffic(input, {
    ...{ store, router, runtime, alarms, trail, schedules, installation, now, sleep },
    ...{ emergencies, incidents },
  }),
);
