import { taskHandler } from '../lib/runtime/task-handler.ts';
import { store } from '../lib/aws/world/store.ts';
import { waiting } from '../lib/aws/world/waiting.ts';
import { resumeRollout, resumeRolloutInput } from '../lib/tasks/resume-rollout.ts';

/** Called by `RelayHints` where people have decided. */
export const handler = taskHandler(resumeRolloutInput, (input) => resumeRollout(input, { store, waiting }));
