import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { home } from '../../lib/runtime/world/home.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { receivePush, receivePushInput } from '../../lib/usecases/opening/receive-push.ts';

/** Trigger: an image was pushed to ECR. */
export const handler = taskHandler(receivePushInput, (input) => receivePush(input, { store, executions, home }));
