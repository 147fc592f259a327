import { taskHandler } from '../lib/runtime/task-handler.ts';
import { announcer } from '../lib/aws/world/announcer.ts';
import { measures } from '../lib/aws/world/measures.ts';
import { outbox } from '../lib/aws/world/outbox.ts';
import { store } from '../lib/aws/world/store.ts';
import { surroundings } from '../lib/aws/world/surroundings.ts';
import { publishTransitions, publishTransitionsInput } from '../lib/tasks/publish-transitions.ts';

/** Announces what a rollout's record holds; called when a machine ends. */
export const handler = taskHandler(publishTransitionsInput, (input) =>
  publishTransitions(input, { store, announcer, outbox, measures, surroundings }),
);
