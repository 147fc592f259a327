import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { announcer } from '../../lib/runtime/world/announcer.ts';
import { measures } from '../../lib/runtime/world/measures.ts';
import { outbox } from '../../lib/runtime/world/outbox.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { publishTransitions, publishTransitionsInput } from '../../lib/usecases/notifying/publish-transitions.ts';

/** Announces what a rollout's record holds; called when a machine ends. */
export const handler = taskHandler(publishTransitionsInput, (input) =>
  publishTransitions(input, { store, announcer, outbox, measures, installation }),
);
