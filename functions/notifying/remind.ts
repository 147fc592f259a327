import { now } from '../../lib/runtime/world/clock.ts';
import { outbox, pauseReminder } from '../../lib/runtime/world/outbox.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { queueHandler } from '../../lib/runtime/queue-handler.ts';
import { remind, remindInput } from '../../lib/usecases/notifying/remind.ts';

/** Trigger: a timer of a matter that may still be open has run out. */
export const handler = queueHandler(
  remindInput,
  (input) => remind(input, { store, outbox, now, installation }),
  pauseReminder,
);
