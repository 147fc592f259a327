import { randomUUID } from 'node:crypto';
import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { probe } from '../lib/aws/world/probe.ts';
import { router } from '../lib/aws/world/router.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { healthCheckBlue } from '../lib/tasks/health-check-blue.ts';
import { rollbackLookInput } from '../lib/tasks/rollback-look.ts';

/** State `HealthCheckBlue`: blue answers real requests after a rollback. */
export const handler = taskHandler(rollbackLookInput, (input) =>
  healthCheckBlue(input, {
    store,
    router,
    schedules,
    probe,
    now,
    sleep,
    randomWord: () => randomUUID().replaceAll('-', ''),
  }),
);
