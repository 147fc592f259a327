import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { metrics } from '../../lib/runtime/world/metrics.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { watchTraffic, watchTrafficInput } from '../../lib/usecases/rollback/watch-traffic.ts';

/** State `WatchTraffic`: whether blue still has everything, in the minutes after a rollback. */
export const handler = taskHandler(watchTrafficInput, (input) =>
  watchTraffic(input, { store, router, runtime, schedules, metrics, now }),
);
