import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { receiveRequest, receiveRequestInput } from '../../lib/usecases/opening/receive-request.ts';

/** Trigger: CI asks for a rollout by an event. */
export const handler = taskHandler(receiveRequestInput, (input) => receiveRequest(input, { store, executions }));
