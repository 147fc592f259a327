import { taskHandler } from '../../lib/runtime/task-handler.ts';
import { now } from '../../lib/runtime/world/clock.ts';
import { emergencies } from '../../lib/runtime/world/emergencies.ts';
import { executions } from '../../lib/runtime/world/executions.ts';
import { incidentExecutions } from '../../lib/runtime/world/incident-executions.ts';
import { incidents } from '../../lib/runtime/world/incidents.ts';
import { router } from '../../lib/runtime/world/router.ts';
import { store } from '../../lib/runtime/world/store.ts';
import { emergencyInput } from '../../lib/usecases/emergency/emergency-input.ts';
import { lookAtEmergency } from '../../lib/usecases/emergency/look-at-emergency.ts';

/** State `LookAtEmergency`: who serves users, and which part comes next. */
export const handler = taskHandler(emergencyInput, (input) =>
  lookAtEmergency(input, { emergencies, incidents, store, router, executions, incidentExecutions, now }),
);
