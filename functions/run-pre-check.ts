import { taskHandler } from '../lib/runtime/task-handler.ts';
import { registry } from '../lib/runtime/world/registry.ts';
import { router } from '../lib/runtime/world/router.ts';
import { runtime } from '../lib/runtime/world/runtime.ts';
import { store } from '../lib/runtime/world/store.ts';
import { runPreCheck, runPreCheckInput } from '../lib/tasks/run-pre-check.ts';

/** State `RunPreCheck`: what one check saw. */
export const handler = taskHandler(runPreCheckInput, (input) =>
  runPreCheck(input, { store, router, runtime, registry }),
);
