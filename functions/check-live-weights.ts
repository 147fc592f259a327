import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { store } from '../lib/aws/world/store.ts';
import { weightParameters } from '../lib/aws/world/weight-parameters.ts';
import { checkLiveWeights, checkLiveWeightsInput } from '../lib/tasks/check-live-weights.ts';

/** Trigger: a schedule, and CloudTrail's events of changed rules where a trail exists. */
export const handler = taskHandler(checkLiveWeightsInput, (input) =>
  checkLiveWeights(input, { store, router, now, weightParameters }),
);
