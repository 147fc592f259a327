import { now } from '../lib/aws/world/clock.ts';
import { notifier } from '../lib/aws/world/notifier.ts';
import { randomWord } from '../lib/aws/world/random-word.ts';
import { store } from '../lib/aws/world/store.ts';
import { surroundings } from '../lib/aws/world/surroundings.ts';
import { taskHandler } from '../lib/runtime/task-handler.ts';
import { testNotifications, testNotificationsInput } from '../lib/tasks/test-notifications.ts';

/** Sends a test through every channel of a service; `sluice notify test` calls it. */
export const handler = taskHandler(testNotificationsInput, (input) =>
  testNotifications(input, { store, notifier, now, randomWord, surroundings }),
);
