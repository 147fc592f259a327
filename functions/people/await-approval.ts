import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { deadlines } from '../../lib/runtime/world/deadlines.ts';
import { schedules } from '../../lib/runtime/world/schedules.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { taskTokens } from '../../lib/runtime/world/task-tokens.ts';
import { awaitApproval, awaitApprovalInput } from '../../lib/usecases/people/await-approval.ts';

/** State `AwaitApproval`: people are asked, and the execution waits. */
export const handler = taskHandler(awaitApprovalInput, (input) =>
  awaitApproval(input, { store, taskTokens, deadlines, schedules, now }),
);
