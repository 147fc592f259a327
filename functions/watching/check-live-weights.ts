import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { announcer } from '../../lib/runtime/world/announcer.ts';
import { pushTrail } from '../../lib/runtime/world/push-trail.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { measures } from '../../lib/runtime/world/measures.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { outbox } from '../../lib/runtime/world/outbox.ts';
import { releases } from '../../lib/runtime/world/releases.ts';
import { retirements } from '../../lib/runtime/world/retirements.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { wakeUps } from '../../lib/runtime/world/wake-ups.ts';
import { weightParameters } from '../../lib/runtime/world/weight-parameters.ts';
import { checkLiveWeightsInput } from '../../lib/usecases/watching/check-live-weights.ts';
import { periodicCheck } from '../../lib/usecases/watching/periodic-check.ts';

/** Trigger: a schedule, and CloudTrail's events of changed rules where a trail exists. */
export const handler = taskHandler(checkLiveWeightsInput, (input) =>
  periodicCheck(input, {
    ...{ store, router, capacity, rollbacks, retirements, now, weightParameters, pushTrail, executions },
    ...{ announcer, outbox, releases, measures, installation, taskTokens: wakeUps },
  }),
);
