import { streamHandler } from '../lib/runtime/stream-handler.ts';
import { store } from '../lib/aws/world/store.ts';
import { waiting } from '../lib/aws/world/waiting.ts';
import { resumeRollout } from '../lib/tasks/resume-rollout.ts';

/** Trigger: the table's stream tells that people have decided. */
export const handler = streamHandler('WAKE#', (rolloutId) => resumeRollout({ rolloutId }, { store, waiting }));
