import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { waiting } from '../../lib/runtime/world/waiting.ts';
import { resumeRollout, resumeRolloutInput } from '../../lib/usecases/people/resume-rollout.ts';

/** Called by `RelayHints` where people have decided. */
export const handler = taskHandler(resumeRolloutInput, (input) => resumeRollout(input, { store, waiting }));
