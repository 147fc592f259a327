import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { alarms } from '../../lib/runtime/world/alarms.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { metrics } from '../../lib/runtime/world/gate-metrics.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { stoppedTasks } from '../../lib/runtime/world/stopped-tasks.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { trail } from '../../lib/runtime/world/trail.ts';
import { analyseGreen, analyseGreenInput } from '../../lib/usecases/shifting/analyse-green.ts';

/** State `AnalyseGreen`: the decision that the choice state after it reads. */
export const handler = taskHandler(analyseGreenInput, (input) =>
  analyseGreen(input, { store, metrics, router, runtime, stoppedTasks, alarms, trail, schedules, now, sleep }),
);
