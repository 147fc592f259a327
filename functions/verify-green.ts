import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { router } from '../lib/aws/world/router.ts';
import { randomWord } from '../lib/aws/world/random-word.ts';
import { store } from '../lib/aws/world/store.ts';
import { verifyGreen } from '../lib/tasks/verify-green.ts';
import { ownedInput } from '../lib/tasks/owned-rollout.ts';
import { httpProbe } from '../lib/aws/http-probe.ts';

/** State `VerifyGreen`: real requests to green before any user's. */
export const handler = taskHandler(ownedInput, (input) =>
  verifyGreen(input, {
    store,
    router,
    probe: httpProbe(),
    now,
    sleep,
    randomWord,
  }),
);
