import { streamHandler } from '../../lib/runtime/stream-handler.ts';
import { announcer } from '../../lib/runtime/world/announcer.ts';
import { measures } from '../../lib/runtime/world/measures.ts';
import { outbox } from '../../lib/runtime/world/outbox.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { publishTransitions } from '../../lib/usecases/notifying/publish-transitions.ts';

/** Trigger: the table's stream hints that rollouts have new events. */
export const handler = streamHandler((rolloutId) =>
  publishTransitions({ rolloutId }, { store, announcer, outbox, measures, installation }),
);
