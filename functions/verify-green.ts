import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { probe } from '../lib/aws/world/probe.ts';
import { metrics } from '../lib/aws/world/metrics.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { randomWord } from '../lib/aws/world/random-word.ts';
import { store } from '../lib/aws/world/store.ts';
import { verifyGreen, verifyGreenInput } from '../lib/tasks/verify-green.ts';

/** State `VerifyGreen`: real requests to green before any user's, with proof that green answered. */
export const handler = taskHandler(verifyGreenInput, (input) =>
  verifyGreen(input, {
    store,
    router,
    probe,
    metrics,
    schedules,
    now,
    sleep,
    randomWord,
  }),
);
