import { taskHandler } from '../lib/runtime/task-handler.ts';
import { announcer } from '../lib/aws/world/announcer.ts';
import { measures } from '../lib/aws/world/measures.ts';
import { now } from '../lib/aws/world/clock.ts';
import { outbox } from '../lib/aws/world/outbox.ts';
import { retirements } from '../lib/aws/world/retirements.ts';
import { rollbacks } from '../lib/aws/world/rollbacks.ts';
import { router } from '../lib/aws/world/router.ts';
import { store } from '../lib/aws/world/store.ts';
import { surroundings } from '../lib/aws/world/surroundings.ts';
import { wakeUps } from '../lib/aws/world/wake-ups.ts';
import { weightParameters } from '../lib/aws/world/weight-parameters.ts';
import { checkLiveWeightsInput } from '../lib/tasks/check-live-weights.ts';
import { periodicCheck } from '../lib/tasks/periodic-check.ts';

/** Trigger: a schedule, and CloudTrail's events of changed rules where a trail exists. */
export const handler = taskHandler(checkLiveWeightsInput, (input) =>
  periodicCheck(input, {
    ...{ store, router, rollbacks, retirements, now, weightParameters },
    ...{ announcer, outbox, measures, surroundings, taskTokens: wakeUps },
  }),
);
