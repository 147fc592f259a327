import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { judgePreChecks, judgePreChecksInput } from '../../lib/usecases/checks/judge-pre-checks.ts';

/** State `JudgePreChecks`: passed, or rejected with every reason. */
export const handler = taskHandler(judgePreChecksInput, (input) =>
  judgePreChecks(input, { store, schedules, now, runtime }),
);
