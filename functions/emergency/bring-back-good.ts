import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { registry } from '../../lib/runtime/world/registry.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { bringBackGood } from '../../lib/usecases/emergency/bring-back-good.ts';
import { emergencyInput } from '../../lib/usecases/emergency/emergency-input.ts';

/** State `BringBackGood`: the newest known good version, by a rollout of its own. */
export const handler = taskHandler(emergencyInput, (input) =>
  bringBackGood(input, { emergencies, store, router, registry, executions, rollbacks, now }),
);
