import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { announcer } from '../../lib/runtime/world/announcer.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { startWaiting, startWaitingInput } from '../../lib/usecases/opening/start-waiting.ts';

/** Called by `RelayHints` where a service is free, or a request began to wait for it. */
export const handler = taskHandler(startWaitingInput, (input) =>
  startWaiting(input, { store, executions, announcer, installation, now }),
);
