import { now } from '../../lib/runtime/world/clock.ts';
import { notifier } from '../../lib/runtime/world/notifier.ts';
import { randomWord } from '../../lib/runtime/world/random-word.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { testNotifications, testNotificationsInput } from '../../lib/usecases/notifying/test-notifications.ts';

/** Sends a test through every channel of a service; `sluice notify test` calls it. */
export const handler = taskHandler(testNotificationsInput, (input) =>
  testNotifications(input, { store, notifier, now, randomWord, installation }),
);
