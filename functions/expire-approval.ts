import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { store } from '../lib/aws/world/store.ts';
import { expireApproval, expireApprovalInput } from '../lib/tasks/expire-approval.ts';

/** Trigger: the time to approve is over. */
export const handler = taskHandler(expireApprovalInput, (input) => expireApproval(input, { store, now }));
