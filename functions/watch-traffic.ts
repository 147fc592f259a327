import { taskHandler } from '../lib/runtime/task-handler.ts';
import { metrics } from '../lib/aws/world/metrics.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { watchTraffic, watchTrafficInput } from '../lib/tasks/watch-traffic.ts';

/** State `WatchTraffic`: whether blue still has everything, in the minutes after a rollback. */
export const handler = taskHandler(watchTrafficInput, (input) =>
  watchTraffic(input, { store, router, runtime, schedules, metrics, now }),
);
