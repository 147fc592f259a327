import { taskHandler } from '../lib/runtime/task-handler.ts';
import { rollbacks } from '../lib/aws/world/rollbacks.ts';
import { store } from '../lib/aws/world/store.ts';
import { watchAlarms, watchAlarmsInput } from '../lib/tasks/watch-alarms.ts';

/** Trigger: an alarm of the account went off. */
export const handler = taskHandler(watchAlarmsInput, (input) => watchAlarms(input, { store, rollbacks }));
