import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { facts } from '../../lib/runtime/world/facts.ts';
import { probe } from '../../lib/runtime/world/probe.ts';
import { registry } from '../../lib/runtime/world/registry.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { runAfterChecks, runAfterChecksInput } from '../../lib/usecases/checks/run-after-checks.ts';

/** State `RunAfterChecks`: the checks of the spec at 100 %, and when the retention ends. */
export const handler = taskHandler(runAfterChecksInput, (input) =>
  runAfterChecks(input, { store, router, runtime, capacity, registry, probe, facts, now, sleep }),
);
