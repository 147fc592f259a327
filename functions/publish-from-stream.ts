import { streamHandler } from '../lib/runtime/stream-handler.ts';
import { announcer } from '../lib/runtime/world/announcer.ts';
import { store } from '../lib/runtime/world/store.ts';
import { publishTransitions } from '../lib/tasks/publish-transitions.ts';

/** Trigger: the table's stream hints that rollouts have new events. */
export const handler = streamHandler((rolloutId) => publishTransitions({ rolloutId }, { store, announcer }));
