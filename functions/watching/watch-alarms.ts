import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { rollbacks } from '../../lib/runtime/world/rollbacks.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { watchAlarms, watchAlarmsInput } from '../../lib/usecases/watching/watch-alarms.ts';

/** Trigger: an alarm of the account went off. */
export const handler = taskHandler(watchAlarmsInput, (input) => watchAlarms(input, { store, rollbacks }));
