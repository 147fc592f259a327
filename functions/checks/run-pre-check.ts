import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { capacity } from '../../lib/runtime/world/capacity.ts';
import { now, sleep } from '../../lib/runtime/world/clock.ts';
import { facts } from '../../lib/runtime/world/facts.ts';
import { probe } from '../../lib/runtime/world/probe.ts';
import { registry } from '../../lib/runtime/world/registry.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { runPreCheck, runPreCheckInput } from '../../lib/usecases/checks/run-pre-check.ts';

/** State `RunPreCheck`: what one check saw, or all that the spec turns on. */
export const handler = taskHandler(runPreCheckInput, (input) =>
  runPreCheck(input, { store, router, runtime, capacity, registry, probe, facts, now, sleep }),
);
