import { serviceStreamHandler } from '../lib/runtime/service-stream-handler.ts';
import { announcer } from '../lib/aws/world/announcer.ts';
import { now } from '../lib/aws/world/clock.ts';
import { executions } from '../lib/aws/world/executions.ts';
import { store } from '../lib/aws/world/store.ts';
import { startWaiting } from '../lib/tasks/start-waiting.ts';

/** Trigger: the table's stream hints that a service is free, or that a request began to wait for it. */
export const handler = serviceStreamHandler((input) => startWaiting(input, { store, executions, announcer, now }));
