import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { registry } from '../../lib/runtime/world/registry.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { reconcile, reconcileInput } from '../../lib/usecases/opening/reconcile.ts';

/** Trigger: `sluice reconcile`, and a schedule where one is switched on. */
export const handler = taskHandler(reconcileInput, (input) =>
  reconcile(input, { store, registry, router, runtime, executions }),
);
