import { taskHandler } from '../lib/runtime/task-handler.ts';
import { announcer } from '../lib/aws/world/announcer.ts';
import { now } from '../lib/aws/world/clock.ts';
import { executions } from '../lib/aws/world/executions.ts';
import { store } from '../lib/aws/world/store.ts';
import { startWaiting, startWaitingInput } from '../lib/tasks/start-waiting.ts';

/** Called by `RelayHints` where a service is free, or a request began to wait for it. */
export const handler = taskHandler(startWaitingInput, (input) =>
  startWaiting(input, { store, executions, announcer, now }),
);
