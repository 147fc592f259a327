import { taskHandler } from '../lib/runtime/task-handler.ts';
import { executions } from '../lib/aws/world/executions.ts';
import { registry } from '../lib/aws/world/registry.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { store } from '../lib/aws/world/store.ts';
import { reconcile, reconcileInput } from '../lib/tasks/reconcile.ts';

/** Trigger: `sluice reconcile`, and a schedule where one is switched on. */
export const handler = taskHandler(reconcileInput, (input) =>
  reconcile(input, { store, registry, router, runtime, executions }),
);
