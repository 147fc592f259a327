import { taskHandler } from '../lib/runtime/task-handler.ts';
import { capacity } from '../lib/aws/world/capacity.ts';
import { now, sleep } from '../lib/aws/world/clock.ts';
import { probe } from '../lib/aws/world/probe.ts';
import { registry } from '../lib/aws/world/registry.ts';
import { router } from '../lib/aws/world/router.ts';
import { runtime } from '../lib/aws/world/runtime.ts';
import { store } from '../lib/aws/world/store.ts';
import { runPreCheck, runPreCheckInput } from '../lib/tasks/run-pre-check.ts';

/** State `RunPreCheck`: what one check saw. */
export const handler = taskHandler(runPreCheckInput, (input) =>
  runPreCheck(input, { store, router, runtime, capacity, registry, probe, now, sleep }),
);
