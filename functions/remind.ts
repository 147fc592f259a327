import { now } from '../lib/aws/world/clock.ts';
import { outbox, pauseReminder } from '../lib/aws/world/outbox.ts';
import { store } from '../lib/aws/world/store.ts';
import { surroundings } from '../lib/aws/world/surroundings.ts';
import { queueHandler } from '../lib/runtime/queue-handler.ts';
import { remind, remindInput } from '../lib/tasks/remind.ts';

/** Trigger: a timer of a matter that may still be open has run out. */
export const handler = queueHandler(
  remindInput,
  (input) => remind(input, { store, outbox, now, surroundings }),
  pauseReminder,
);
