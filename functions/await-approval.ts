import { taskHandler } from '../lib/runtime/task-handler.ts';
import { now } from '../lib/aws/world/clock.ts';
import { deadlines } from '../lib/aws/world/deadlines.ts';
import { schedules } from '../lib/aws/world/schedules.ts';
import { store } from '../lib/aws/world/store.ts';
import { taskTokens } from '../lib/aws/world/task-tokens.ts';
import { awaitApproval, awaitApprovalInput } from '../lib/tasks/await-approval.ts';

/** State `AwaitApproval`: people are asked, and the execution waits. */
export const handler = taskHandler(awaitApprovalInput, (input) =>
  awaitApproval(input, { store, taskTokens, deadlines, schedules, now }),
);
