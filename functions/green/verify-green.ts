import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { probe } from '../../lib/runtime/world/probe.ts';
import { metrics } from '../../lib/runtime/world/metrics.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { randomWord } from '../../lib/runtime/world/random-word.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { verifyGreen, verifyGreenInput } from '../../lib/usecases/green/verify-green.ts';

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
