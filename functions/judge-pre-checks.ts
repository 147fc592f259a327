import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { judgePreChecks, judgePreChecksInput } from '../lib/tasks/judge-pre-checks.ts';

/** State `JudgePreChecks`: passed, or rejected with every reason. */
export const handler = taskHandler(judgePreChecksInput, (input) => judgePreChecks(input, { store, schedules, now }));
