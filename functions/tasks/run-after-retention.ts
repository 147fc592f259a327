import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { archive, evidence } from '../../lib/runtime/world/evidence.ts';
import { oneOffTasks } from '../../lib/runtime/world/one-off-tasks.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { retirementInput } from '../../lib/usecases/retirement/retired-blue.ts';
import { runAfterRetention } from '../../lib/usecases/tasks/run-after-retention.ts';

/** State `RunAfterRetention`: the tasks of the spec once the former blue is retired. */
export const handler = taskHandler(retirementInput, (input) =>
  runAfterRetention(input, { store, runtime, oneOffTasks, evidence, archive, now }),
);
