import { taskHandler } from '../lib/runtime/task-handler.ts';
import { alarms } from '../lib/aws/world/alarms.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { metrics } from '../lib/aws/world/metrics.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { trail } from '../lib/aws/world/trail.ts';
import { analyseGreen, analyseGreenInput } from '../lib/tasks/analyse-green.ts';

/** State `AnalyseGreen`: the decision that the choice state after it reads. */
export const handler = taskHandler(analyseGreenInput, (input) =>
  analyseGreen(input, { store, metrics, router, runtime, alarms, trail, schedules, now, sleep }),
);
