import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { keepMaintenance } from '../../lib/runtime/world/keep-maintenance.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { keepPage, keepPageInput } from '../../lib/usecases/emergency/keep-page.ts';

/** State `KeepPage`: the maintenance page while nothing serves users. */
export const handler = taskHandler(keepPageInput, (input) =>
  keepPage(input, { emergencies, store, keepMaintenance, now }),
);
