import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { expireApproval, expireApprovalInput } from '../../lib/usecases/people/expire-approval.ts';

/** Trigger: the time to approve is over. */
export const handler = taskHandler(expireApprovalInput, (input) => expireApproval(input, { store, now }));
