import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { maintenanceRules } from '../../lib/runtime/world/maintenance-rules.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { installation } from '../../lib/runtime/world/installation.ts';
import { keepMaintenance, keepMaintenanceInput } from '../../lib/usecases/maintenance/keep-maintenance.ts';

/** Trigger: an order of a person, and two schedules. */
export const handler = taskHandler(keepMaintenanceInput, (input) =>
  keepMaintenance(input, { store, router, maintenanceRules, installation, now }),
);
