import { streamHandler } from '../lib/runtime/stream-handler.ts';
import { announcer } from '../lib/aws/world/announcer.ts';
import { measures } from '../lib/aws/world/measures.ts';
import { outbox } from '../lib/aws/world/outbox.ts';
import { store } from '../lib/aws/world/store.ts';
import { surroundings } from '../lib/aws/world/surroundings.ts';
import { publishTransitions } from '../lib/tasks/publish-transitions.ts';

/** Trigger: the table's stream hints that rollouts have new events. */
export const handler = streamHandler((rolloutId) =>
  publishTransitions({ rolloutId }, { store, announcer, outbox, measures, surroundings }),
);
