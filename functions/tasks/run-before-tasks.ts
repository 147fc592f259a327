import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { archive, evidence } from '../../lib/runtime/world/evidence.ts';
import { oneOffTasks } from '../../lib/runtime/world/one-off-tasks.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { ownedInput } from '../../lib/usecases/ownership/owned-rollout.ts';
import { runBeforeTasks } from '../../lib/usecases/tasks/run-before-tasks.ts';

/** State `RunBeforeTasks`: the tasks of the spec before green gets any traffic. */
export const handler = taskHandler(ownedInput, (input) =>
  runBeforeTasks(input, { store, runtime, oneOffTasks, evidence, archive, schedules, now }),
);
