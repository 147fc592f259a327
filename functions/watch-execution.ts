import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { retirements } from '../lib/aws/world/retirements.ts';
import { rollbacks } from '../lib/aws/world/rollbacks.ts';
import { store } from '../lib/aws/world/store.ts';
import { watchExecution, watchExecutionInput } from '../lib/tasks/watch-execution.ts';

/** Trigger: an execution of a rollout or a rollback ended too early. */
export const handler = taskHandler(watchExecutionInput, (input) =>
  watchExecution(input, { store, rollbacks, retirements, now }),
);
