import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { runtime } from '../../lib/runtime/world/runtime.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { receiveHook, receiveHookInput } from '../../lib/usecases/attached/receive-hook.ts';

/** Trigger: a pause hook of an ECS deployment waits for an answer. */
export const handler = taskHandler(receiveHookInput, (input) => receiveHook(input, { store, executions, runtime }));
