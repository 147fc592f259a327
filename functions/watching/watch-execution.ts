import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { retirements } from '../../lib/runtime/world/retirements.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { watchExecution, watchExecutionInput } from '../../lib/usecases/watching/watch-execution.ts';

/** Trigger: an execution of a rollout or a rollback ended too early. */
export const handler = taskHandler(watchExecutionInput, (input) =>
  watchExecution(input, { store, rollbacks, retirements, now }),
);
