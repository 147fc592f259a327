import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { incidents } from '../../lib/runtime/world/incidents.ts';
import { metrics } from '../../lib/runtime/world/metrics.ts';
import { registry } from '../../lib/runtime/world/registry.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { openRollout, openRolloutInput } from '../../lib/usecases/opening/open-rollout.ts';

/** State `OpenRollout`: a rollout with its lock and restore plan, or a rejection. */
export const handler = taskHandler(openRolloutInput, (input) =>
  openRollout(input, {
    ...{ store, emergencies, incidents, rollbacks, router, runtime, registry, schedules, metrics },
    ...{ installation, now },
  }),
);
