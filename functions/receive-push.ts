import { taskHandler } from '../lib/runtime/task-handler.ts';
import { executions } from '../lib/aws/world/executions.ts';
import { home } from '../lib/aws/world/home.ts';
import { store } from '../lib/aws/world/store.ts';
import { receivePush, receivePushInput } from '../lib/tasks/receive-push.ts';

/** Trigger: an image was pushed to ECR. */
export const handler = taskHandler(receivePushInput, (input) => receivePush(input, { store, executions, home }));
