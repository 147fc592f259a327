import { randomUUID } from 'node:crypto';
import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { probe } from '../../lib/runtime/world/probe.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { healthCheckBlue } from '../../lib/usecases/rollback/health-check-blue.ts';
import { rollbackEvaluationInput } from '../../lib/usecases/rollback/rollback-evaluation.ts';

/** State `HealthCheckBlue`: blue answers real requests after a rollback. */
export const handler = taskHandler(rollbackEvaluationInput, (input) =>
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
